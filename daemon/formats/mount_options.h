// SPDX-License-Identifier: GPL-2.0-or-later
//
// Mount options, as fstab(5) and mount(8) have them, for mount(2): libmount knows which are flags
// of the kernel, which are only for programs (nofail, users, x-..., comment=...) and left out, and
// which are the file system's own. Guests are mounted nodev, nosuid and noexec unless the options
// say otherwise. Pure functions.
#pragma once

#include <string>

namespace glovebox::guestd {

struct MountFlags {
  unsigned long flags = 0;
  std::string data = {};  // what is not a flag, for the file system
  bool operator==(const MountFlags&) const = default;
};

// Throws Usage EINVAL for text that is no list of options, and for options that are about mount
// points and not about mounting a device (bind, shared...).
MountFlags parse_mount_options(const std::string& options);

}  // namespace glovebox::guestd
