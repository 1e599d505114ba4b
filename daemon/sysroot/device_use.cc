// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/device_use.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "daemon/block/btrfs_subvolumes.h"
#include "daemon/block/sysfs.h"

namespace glovebox::guestd {
namespace {

// Where the btrfs is mounted that `device` is one of the devices of; empty if it is not.
std::string btrfs_mount_point(const Mounts& mounts, const BlockDevice& device) {
  const std::vector<std::string> members = mounted_btrfs_members(device);
  for (const Mounts::Entry& entry : mounts.entries())
    if (std::ranges::find(members, kernel_name_of(entry.device)) != members.end())
      return entry.point;
  return "";
}

std::string known_use_of(const Devices& devices, const Mounts& mounts, const BlockDevice& device) {
  for (const Mounts::Entry& entry : mounts.entries())
    if (entry.device == device.number)
      return base::cat(device.name, " is mounted on ", base::escape(entry.point),
                       ": unmount it first");
  if (const std::string point = btrfs_mount_point(mounts, device); !point.empty())
    return base::cat(device.name, " is a part of the file system mounted on ", base::escape(point),
                     ": unmount it first");
  const std::vector<std::string> holders = holders_of(device.kernel_name);
  if (holders.empty())
    return "";
  std::string name = devices.name_of(holders.front());
  for (const BlockDevice& mapping : devices.mappings())
    if (mapping.kernel_name == holders.front())
      name = mapping.name;
  return base::cat(device.name, " is a part of ", base::escape(name),
                   ": deactivate or close that first");
}

}  // namespace

std::string use_of(const Devices& devices, const Mounts& mounts, const BlockDevice& drive) {
  std::vector<BlockDevice> parts = devices.partitions_of(drive);
  parts.insert(parts.begin(), drive);
  for (const BlockDevice& device : parts)
    if (std::string use = known_use_of(devices, mounts, device); !use.empty())
      return use;
  // Swap: the kernel tells only that the device is claimed, for a partition by its drive, too.
  const base::UniqueFd claim(open(drive.name.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  return !claim.valid() && errno == EBUSY ? base::cat(drive.name, " is in use, as swap") : "";
}

}  // namespace glovebox::guestd
