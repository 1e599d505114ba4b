// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/packages/deb_version.h"

#include "base/number_text.h"

namespace glovebox::inspect {

DebVersion split_deb_version(std::string_view text) {
  DebVersion result;
  if (const size_t colon = text.find(':'); colon != std::string_view::npos && colon > 0) {
    const auto epoch = base::parse_number<int32_t>(text.substr(0, colon));
    if (epoch && *epoch >= 0) {
      result.epoch = *epoch;
      text.remove_prefix(colon + 1);
    }
  }
  const size_t dash = text.rfind('-');
  result.version = text.substr(0, dash);
  if (dash != std::string_view::npos)
    result.release = text.substr(dash + 1);
  return result;
}

}  // namespace glovebox::inspect
