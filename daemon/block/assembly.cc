// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/assembly.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/block/device_mapper.h"
#include "daemon/formats/lvm_metadata.h"

namespace glovebox::guestd {
namespace {

constexpr int kMaxRounds = 16;  // deeper stacks than this are not honest
constexpr auto kMdadmTimeout = std::chrono::seconds(60);
constexpr const char* kMdadmConfiguration = "/run/mdadm.conf";

// Devices that may hold a member of something: no drive or array that is cut into partitions.
std::vector<BlockDevice> candidates(const Devices& devices) {
  std::vector<BlockDevice> result;
  for (const auto& disks : {devices.drives(), devices.arrays()})
    for (const BlockDevice& disk : disks) {
      const std::vector<BlockDevice> partitions = devices.partitions_of(disk);
      if (partitions.empty())
        result.push_back(disk);
      result.insert(result.end(), partitions.begin(), partitions.end());
    }
  const std::vector<BlockDevice> mappings = devices.mappings();
  result.insert(result.end(), mappings.begin(), mappings.end());
  return result;
}

PhysicalVolume read_volume(const BlockDevice& device) {
  const base::UniqueFd fd = base::open_file(device.name, O_RDONLY);
  return read_physical_volume([&](uint64_t offset, size_t count) {
    std::string bytes(count, '\0');
    if (base::pread_some(fd.get(), bytes.data(), count, offset, device.name) != count)
      throw Error(Errc::Corrupt, base::cat(device.name, ": too short"), EIO);
    return bytes;
  });
}

void scan_btrfs(const BlockDevice& device) {
  const base::UniqueFd control(open("/dev/btrfs-control", O_RDWR | O_CLOEXEC));
  btrfs_ioctl_vol_args arguments = {};
  if (!control.valid() || device.name.size() >= sizeof arguments.name)
    return;
  memcpy(arguments.name, device.name.c_str(), device.name.size());
  ioctl(control.get(), BTRFS_IOC_SCAN_DEV, &arguments);  // a refusal shows when it is mounted
}

}  // namespace

void Assembly::assemble() {
  for (int round = 0; round < kMaxRounds; ++round) {
    devices_.update();
    std::vector<BlockDevice> md_members;
    for (const BlockDevice& device : candidates(devices_)) {
      if (!considered_.insert(device.number).second)
        continue;
      std::string type;
      try {
        type = prober_.content(device).type;
      } catch (const Error&) {
        continue;  // unreadable: whoever names it will hear why
      }
      if (type == "linux_raid_member")
        md_members.push_back(device);
      else if (type == "LVM2_member") {
        physical_volumes_.push_back(device);
        volumes_waiting_ = true;
      } else if (type == "btrfs")
        scan_btrfs(device);
    }
    // Volumes may lie on arrays, and a group may need them all: LVM comes after the last array.
    if (!md_members.empty() && !arrays_by_hand_ && assemble_arrays(md_members))
      continue;
    bool changed = false;
    if (std::exchange(volumes_waiting_, false) && !activation_by_hand_)
      changed = activate_volumes(physical_volumes_);
    if (!changed && !devices_.update())
      return;
  }
}

void Assembly::assemble_again() {
  forget_everything();
  assemble();
}

bool Assembly::assemble_arrays(const std::vector<BlockDevice>& members) {
  std::string configuration = "HOMEHOST <ignore>\nAUTO +all\nDEVICE";
  for (const BlockDevice& device : members) configuration += " " + device.name;
  base::replace_file(kMdadmConfiguration, configuration + "\n");
  // First only what is complete, then what can run degraded: a member may still come from another
  // array.
  for (const char* degraded : {"--no-degraded", "--run"})
    base::run({.argv = {"mdadm", "--assemble", "--scan", "--auto=yes", degraded, "--config",
                        kMdadmConfiguration},
               .timeout = kMdadmTimeout});  // exit status 1 just means that nothing was assembled
  return devices_.update();
}

// Plain volumes are made here. For the rest, and when anything about this is odd, LVM does it all;
// it leaves alone what is active already.
bool Assembly::activate_volumes(const std::vector<BlockDevice>& members) {
  std::string at;    // the member that is being read
  std::string what;  // what is wrong, as far as it is known
  try {
    std::vector<LocatedVolume> volumes;
    for (const BlockDevice& device : members) {
      at = device.name;
      volumes.push_back(
          {read_volume(device), base::cat(major(device.number), ":", minor(device.number))});
    }
    const std::optional<std::vector<MappingPlan>> plans = plan_activation(volumes);
    if (!plans)
      throw Error(Errc::Unsupported, "not plain");
    for (const MappingPlan& plan : *plans) make_mapping(plan);
  } catch (const Error& e) {
    if (e.code() == Errc::Corrupt)
      what = e.what();
    try {
      lvm_.run("vgchange --activate y --sysinit");
    } catch (const Error& lvm_error) {
      // One damaged group does not keep the others away, and LVM's status speaks for all.
      what = lvm_error.what();
      std::replace(what.begin(), what.end(), '\n', ' ');
    }
  }
  const bool changed = devices_.update();
  if (!changed && !what.empty())
    problems_.push_back({at, base::cat("the logical volumes on it cannot be activated: ", what)});
  return changed;
}

BlockDevice Assembly::device(const std::string& name) {
  devices_.update();
  if (std::optional<BlockDevice> found = devices_.find(name))
    return *found;
  if (name.starts_with("/dev/") && !parse_drive_name(name)) {
    assemble();
    if (std::optional<BlockDevice> found = devices_.find(name))
      return *found;
  }
  // A path of the guest may well be there; it is only no device.
  if (name.starts_with("/") && !name.starts_with("/dev/"))
    throw Error(Errc::Usage, base::cat(base::escape(name), ": expecting a device name"), ENOENT);
  throw Error(Errc::NotFound, base::cat(base::escape(name), ": No such file or directory"), ENOENT);
}

void Assembly::forget(const BlockDevice& device) {
  prober_.forget(device);
  considered_.erase(device.number);
  std::erase(physical_volumes_, device);
}

void Assembly::forget_everything() {
  prober_.forget_all();
  considered_.clear();
  physical_volumes_.clear();
  problems_.clear();
}

}  // namespace glovebox::guestd
