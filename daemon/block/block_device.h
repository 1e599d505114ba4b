// SPDX-License-Identifier: GPL-2.0-or-later
//
// A block device of the guest, as calls know it.
#pragma once

#include <sys/types.h>

#include <string>

namespace glovebox::guestd {

struct BlockDevice {
  std::string name;  // canonical: "/dev/sda1", "/dev/md0", "/dev/vg0/root"
  dev_t number = 0;
  std::string kernel_name = {};  // under /sys/class/block
  bool operator==(const BlockDevice&) const = default;
};

}  // namespace glovebox::guestd
