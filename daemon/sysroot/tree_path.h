// SPDX-License-Identifier: GPL-2.0-or-later
//
// A path of the guest as a path of the appliance, for programs that take one (btrfs, xfs_growfs)
// and look it up among the mounts. Links are resolved within the guest's tree first; nothing
// changes the tree between that and the program, because one call runs at a time.
#pragma once

#include <string>

#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {

// Of a file that is there: "/sysroot/home". No such file is an error without an errno, as it is
// when the program looks for it. Usage if nothing is mounted.
std::string tree_path(const Mounts& mounts, const std::string& path);

// Of a file that need not be there, in a directory that is.
std::string tree_path_of_new(const Mounts& mounts, const std::string& path);

}  // namespace glovebox::guestd
