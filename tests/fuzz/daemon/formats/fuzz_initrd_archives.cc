// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdint>
#include <cstdlib>
#include <string>

#include "daemon/formats/initrd_archives.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string file(reinterpret_cast<const char*>(data), size);
  const auto starts = glovebox::guestd::find_archives([&](uint64_t offset, size_t count) {
    return offset < file.size() ? file.substr(offset, count) : std::string();
  });
  if (starts.empty() || starts[0] != 0)
    std::abort();
  for (size_t i = 1; i < starts.size(); ++i)
    if (starts[i] <= starts[i - 1] || starts[i] >= size)
      std::abort();
  return 0;
}
