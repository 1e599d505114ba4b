// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who uses a block device in the appliance: what must end before the device can be taken away.
#pragma once

#include <string>

#include "daemon/block/devices.h"
#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {

// "/dev/sdb1 is mounted on /data: unmount it first", for the drive or a partition of it; empty if
// nobody uses them.
std::string use_of(const Devices& devices, const Mounts& mounts, const BlockDevice& drive);

}  // namespace glovebox::guestd
