// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "daemon/formats/adjtime.h"

using namespace glovebox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const Adjtime found = guestd::parse_adjtime({reinterpret_cast<const char*>(data), size});
    if (found.adj_clock != "UTC" && found.adj_clock != "LOCAL")
      std::abort();
  } catch (const Error&) {
    return 0;  // the documented answer to damage
  }
  return 0;
}
