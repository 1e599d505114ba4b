// SPDX-License-Identifier: GPL-2.0-or-later
// os-release, lsb-release, the one-line release files, host names.
#include <cstdint>

#include "inspect/parsers/unix/release.h"

using namespace glovebox::inspect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  find_version(parse_os_release(text).version_id);
  parse_lsb_release(text);
  find_version(first_line(text));
  parse_hostname(text);
  return 0;
}
