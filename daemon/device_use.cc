// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/device_use.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "base/unique_fd.h"

namespace glovebox::guestd {
namespace {

std::string known_use_of(const Appliance& app, const BlockDevice& device) {
  for (const Mounts::Entry& entry : app.mounts.entries())
    if (entry.device == device.number)
      return base::cat(device.name, " is mounted on ", base::escape(entry.point),
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
  std::vector<std::string> result;
  std::error_code error;
  for (std::filesystem::directory_iterator holder(
           base::cat("/sys/class/block/", device.kernel_name, "/holders"), error);
       !error && holder != std::filesystem::directory_iterator(); holder.increment(error))
    result.push_back(holder->path().filename());
  std::sort(result.begin(), result.end());
  return result;
}

std::string use_of(const Appliance& app, const BlockDevice& drive) {
  std::vector<BlockDevice> devices = app.devices.partitions_of(drive);
  devices.insert(devices.begin(), drive);
  for (const BlockDevice& device : devices)
    if (std::string use = known_use_of(app, device); !use.empty())
      return use;
  // Swap, and the other devices of a file system that has several: the kernel tells only that they
  // are claimed, for a partition by its drive, too.
  const base::UniqueFd claim(open(drive.name.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  return !claim.valid() && errno == EBUSY
             ? base::cat(drive.name, " is in use, as swap or as a part of a mounted file system")
             : "";
}

}  // namespace glovebox::guestd
