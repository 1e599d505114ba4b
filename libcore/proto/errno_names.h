// SPDX-License-Identifier: LGPL-2.1-or-later
//
// errno values by name: the protocol sends "ENOENT", since the numbers differ between
// architectures. Pure functions.
#pragma once

#include <string_view>

namespace glovebox::proto {

// "ENOENT"; empty for a value without a name.
std::string_view errno_name(int errnum);

// The value of a name; 0 for a name that is not known, the empty one among them.
int errno_value(std::string_view name);

}  // namespace glovebox::proto
