// SPDX-License-Identifier: GPL-2.0-or-later
//
// Makes device-mapper devices by ioctl(2) on /dev/mapper/control, without libdevmapper.
#pragma once

#include "daemon/formats/lvm_metadata.h"

namespace glovebox::guestd {

// Creates and starts the device, with /dev/mapper/NAME and the link /dev/GROUP/VOLUME that LVM
// would make. One that exists is left as it is. Throws System "NAME: reason"; nothing of a failed
// device stays.
void make_mapping(const MappingPlan& plan);

}  // namespace glovebox::guestd
