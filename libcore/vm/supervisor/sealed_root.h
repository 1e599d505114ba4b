// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The file tree that the program sees: an empty tmpfs, read-only, with the paths it was granted
// bound into it at their own names. No /proc, no /sys, no device but those named. Directories above
// a granted path are ours (mode 0755), so a file in somebody's private directory can be read by the
// plain user that the program runs as.
#pragma once

#include <string>
#include <vector>

namespace glovebox::vm {

enum class Grant { Read, Write, Device };

struct GrantedPath {
  std::string path;  // absolute; symbolic links on the way are made again inside
  Grant grant;
};

// Needs a mount namespace of our own. Afterwards / is the new tree. Throws Failure and may leave
// the old tree in place.
void enter_sealed_root(const std::vector<GrantedPath>& paths);

}  // namespace glovebox::vm
