// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Which descriptors reach the program. One directory descriptor left open by accident would be a
// way around the sealed root, so the caller can list what is meant to pass.
#pragma once

#include <vector>

namespace glovebox::vm {

// Closes every descriptor above 2 that is not in `keep`.
void close_all_but(std::vector<int> keep);

}  // namespace glovebox::vm
