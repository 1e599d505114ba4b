// SPDX-License-Identifier: GPL-2.0-or-later
//
// Everything on the drives that could be mounted, in the order that list_filesystems promises:
// whole devices without partitions, device-mapper devices that are no logical volumes, partitions,
// MD arrays, logical volumes. What is only a part of something else (a member, a container, an
// extended partition, Microsoft's reserved space) is left out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/block/assembly.h"

namespace glovebox::guestd {

struct FoundVolume {
  Mountable what;
  BlockDevice device;
  Content content;           // type is never empty: "unknown" if nothing was recognised
  bool is_snapshot = false;  // a btrfs subvolume made from another
};

// Assembles first. A device that cannot be read is listed as "unknown". A btrfs of several devices
// is listed for each of them, as libguestfs does: each can be mounted.
std::vector<FoundVolume> list_volumes(Assembly& assembly);

// LUKS and BitLocker containers that are not open, in the same order. Assembles first.
std::vector<FoundVolume> list_encrypted(Assembly& assembly);

// Logical volumes that can be mounted, by group and name.
std::vector<BlockDevice> logical_volumes(const Devices& devices);

// The partition table's entry for a partition's device; absent for anything else.
std::optional<PartitionEntry> partition_entry(const Devices& devices,
                                              Prober& prober,
                                              const BlockDevice& partition);

}  // namespace glovebox::guestd
