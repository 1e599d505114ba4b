// SPDX-License-Identifier: GPL-2.0-or-later
//
// Subvolumes of a btrfs, asked from the kernel (BTRFS_IOC_TREE_SEARCH) instead of btrfs(8).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/block/block_device.h"

namespace glovebox::guestd {

struct BtrfsSubvolume {
  uint64_t id = 0;
  std::string path = {};  // from the top of the file system, without a leading "/"
  bool is_default = false;
  bool is_snapshot = false;
  bool operator==(const BtrfsSubvolume&) const = default;
};

// Mounts the file system read-only at a private place for as long as it takes. By number. Throws
// System.
std::vector<BtrfsSubvolume> list_btrfs_subvolumes(const BlockDevice& device);

// Kernel names of all devices of the mounted btrfs that `device` is one of; empty if it is of none.
std::vector<std::string> mounted_btrfs_members(const BlockDevice& device);

// The kernel remembers the devices of every btrfs that it was told of; it forgets those that are
// not mounted.
void forget_btrfs_devices();

}  // namespace glovebox::guestd
