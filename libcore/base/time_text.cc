// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/time_text.h"

#include <ctime>

namespace glovebox::base {

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace glovebox::base
