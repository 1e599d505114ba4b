// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who uses a block device in the appliance: what must end before the device can be taken away.
#pragma once

#include <string>
#include <vector>

#include "daemon/appliance.h"

namespace glovebox::guestd {

// Kernel names of the devices that are made of it ("dm-0", "md127").
std::vector<std::string> holders_of(const BlockDevice& device);

// "/dev/sdb1 is mounted on /data: unmount it first", for the drive or a partition of it; empty if
// nobody uses them.
std::string use_of(const Appliance& app, const BlockDevice& drive);

}  // namespace glovebox::guestd
