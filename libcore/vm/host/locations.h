// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Where Glovebox's own files are: helper programs, private libraries, the appliance. Found beside
// the library itself in a build tree, else where `cmake --install` put them. Pure look-ups; no
// state; any thread.
#pragma once

#include <string>
#include <vector>

namespace glovebox::vm {

std::string helper_program(const std::string& name);   // libexec/glovebox/NAME; throws NotFound
std::string private_library(const std::string& name);  // lib/glovebox/NAME; throws NotFound

// Directories that may hold an appliance, best first: each element of `chosen` (divided by colons)
// if it is not empty, else of $LIBGUESTFS_PATH if set, else the built one (share/glovebox) and the
// system-wide one (/var/lib/glovebox/appliance).
std::vector<std::string> appliance_search_path(const std::string& chosen);

}  // namespace glovebox::vm
