// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel tells in directories under /sys.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace glovebox::guestd {

// The names in a directory, sorted; none if it cannot be read.
std::vector<std::string> names_in(const std::string& directory);

// Kernel names of the devices that are made of this one ("dm-0", "md127").
std::vector<std::string> holders_of(const std::string& kernel_name);

// "sda1", "dm-0"; empty if there is no such block device.
std::string kernel_name_of(dev_t number);

}  // namespace glovebox::guestd
