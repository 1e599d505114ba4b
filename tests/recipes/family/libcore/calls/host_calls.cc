// SPDX-License-Identifier: GPL-2.0-or-later
//
// The call of this family that the host answers by another one.
#include "glovebox/calls.h"

namespace glovebox {

bool Calls::emulated_hwclock_is_local(const std::string& path) {
  return hwclock_adjtime(path).adj_clock == "LOCAL";
}

}  // namespace glovebox
