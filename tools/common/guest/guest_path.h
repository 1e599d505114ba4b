// SPDX-License-Identifier: GPL-2.0-or-later
//
// Checking a path that the user wrote for the inside of a guest. Pure.
#pragma once

#include <string>

namespace glovebox::tools {

// Throws Usage, naming the path, unless it is absolute in the Unix manner.
void require_guest_path(const std::string& path);

}  // namespace glovebox::tools
