// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the engine needs to know about a guest's disks, and the power to mount them. guestd
// implements it; tests have a fake. The engine calls it from one thread. Nothing here trusts the
// guest: a mount that fails throws, and becomes a problem in the report.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inspect/report/report.h"

namespace glovebox::inspect {

// One mountable thing, or swap. In the order of list-filesystems: whole devices, device-mapper
// devices that are no LVs, partitions, MD devices, LVs, LDM volumes. Members of something else
// (LVM2_member, crypto_LUKS ...) are not listed.
struct Volume {
  std::string
      device;  // canonical: "/dev/sda1", "/dev/vg0/root", "/dev/md0", "btrfsvol:/dev/sda2/home"
  std::string vfs_type = {};  // as libblkid has it; "swap"; "unknown" when nothing is recognised
  std::string uuid = {};
  std::string label = {};
  std::string partuuid = {};
  std::string partlabel = {};
  std::string md_uuid = {};    // of the array, if it is one
  std::string luks_uuid = {};  // of the container that it was opened from, if any
  std::string lvm_uuid = {};   // an LV: VG UUID and LV UUID without dashes, 64 characters
  uint64_t size_bytes = 0;
  std::optional<int32_t> xfs_version = {};  // 4 or 5
  bool is_snapshot = false;  // a btrfs subvolume that was made as a snapshot of another
  std::vector<std::string> aliases =
      {};  // more names that the guest may use: "/dev/md/data", "/dev/dm-3"
};

// A mounted tree. The descriptor is a directory (O_PATH will do); the destructor closes it and
// unmounts.
class MountedTree {
 public:
  virtual ~MountedTree() = default;
  virtual int fd() const = 0;
};

class Volumes {
 public:
  virtual ~Volumes() = default;
  virtual std::vector<Volume> list() = 0;
  // Whole drives in the order in which they were added: "/dev/sda", "/dev/sdb".
  virtual std::vector<std::string> drives() = 0;

  // Mounts read-only, noexec, nodev, nosuid; throws Error with the reason if it cannot. Called at
  // most once per volume.
  virtual std::unique_ptr<MountedTree> mount(const Volume& volume) = 0;

  // The guest's own tree: mountpoints[0] is "/", the rest sorted so that parents come first. What
  // cannot be mounted is left out and told in `problems`; only a failing "/" throws. Trees from
  // mount() are still alive meanwhile, so this may bind-mount them. Mount points must be resolved
  // inside the tree (openat2 RESOLVE_IN_ROOT, then mount on the descriptor): the guest may have
  // made any of them a symbolic link.
  virtual std::unique_ptr<MountedTree> mount_tree(const std::vector<Mountpoint>& mountpoints,
                                                  std::vector<Problem>& problems) = 0;
};

}  // namespace glovebox::inspect
