// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdint>
#include <cstdlib>

#include "inspect/parsers/packages/dpkg_status.h"

using namespace glovebox::inspect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto without : {WithoutStatus::Skip, WithoutStatus::Installed}) {
    const DpkgStatus status = parse_dpkg_status(text, without);
    if (status.packages.size() + status.bad_stanzas > status.stanzas)
      std::abort();
    for (const DpkgPackage& package : status.packages)
      if (package.name.empty())
        std::abort();
  }
  return 0;
}
