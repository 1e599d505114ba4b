// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/device_use.h"

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
std::string btrfs_mount_point(const Appliance& app, const BlockDevice& device) {
  const std::vector<std::string> members = mounted_btrfs_members(device);
  for (const Mounts::Entry& entry : app.mounts.entries())
    if (std::ranges::find(members, kernel_name_of(entry.device)) != members.end())
      return entry.point;
  return "";
}

std::string known_use_of(const Appliance& app, const BlockDevice& device) {
  for (const Mounts::Entry& entry : app.mounts.entries())
    if (entry.device == device.number)
      return base::cat(device.name, " is mounted on ", base::escape(entry.point),
                       ": unmount it first");
  if (const std::string point = btrfs_mount_point(app, device); !point.empty())
    return base::cat(device.name, " is a part of the file system mounted on ", base::escape(point),
                     ": unmount it first");
  const std::vector<std::string> holders = holders_of(device);
  if (holders.empty())
    return "";
  std::string name = app.devices.name_of(holders.front());
  for (const BlockDevice& mapping : app.devices.mappings())
    if (mapping.kernel_name == holders.front())
      name = mapping.name;
  return base::cat(device.name, " is a part of ", base::escape(name),
                   ": deactivate or close that first");
}

}  // namespace

std::vector<std::string> holders_of(const BlockDevice& device) {
  return names_in(base::cat("/sys/class/block/", device.kernel_name, "/holders"));
}

std::string use_of(const Appliance& app, const BlockDevice& drive) {
  std::vector<BlockDevice> devices = app.devices.partitions_of(drive);
  devices.insert(devices.begin(), drive);
  for (const BlockDevice& device : devices)
    if (std::string use = known_use_of(app, device); !use.empty())
      return use;
  // Swap: the kernel tells only that the device is claimed, for a partition by its drive, too.
  const base::UniqueFd claim(open(drive.name.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  return !claim.valid() && errno == EBUSY ? base::cat(drive.name, " is in use, as swap") : "";
}

}  // namespace glovebox::guestd
