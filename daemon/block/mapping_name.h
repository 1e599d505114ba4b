// SPDX-License-Identifier: GPL-2.0-or-later
//
// What device-mapper devices are called: by LVM, or by whoever made them.
#pragma once

#include <optional>
#include <string>

#include "daemon/block/block_device.h"

namespace glovebox::guestd {

// An attribute of a device-mapper device ("name", "uuid"); empty if it is none.
std::string mapping_attribute(const BlockDevice& device, const char* attribute);

// The name that people know a mapping by: a volume's, or /dev/mapper/NAME for one that somebody
// else made. Absent for a part of another volume.
std::optional<std::string> mapping_name(const BlockDevice& mapping);

}  // namespace glovebox::guestd
