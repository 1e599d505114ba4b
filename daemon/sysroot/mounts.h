// SPDX-License-Identifier: GPL-2.0-or-later
//
// What of the guest is mounted where. Mounting is mount(2) with the type that libblkid found: no
// helper, no fork, except for NTFS on a kernel without ntfs3. Everything is mounted nodev, nosuid
// and noexec: a guest's device nodes and programs are data here. Mount points are resolved inside
// the tree and remembered resolved. Not thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/block/block_device.h"
#include "daemon/block/probe.h"
#include "daemon/formats/device_name.h"
#include "daemon/formats/mount_options.h"

namespace glovebox::guestd {

struct MountRequest {
  Mountable what;      // canonical names
  BlockDevice device;  // of `what`
  std::string type;    // as blkid or the caller names it
  MountFlags options = {};
};

// The option that mounts this type, read-only, without replaying its journal; empty if there is
// none.
std::string no_replay_option(const std::string& type);

// Mounts at an absolute path of the appliance (or /proc/self/fd/N); throws System with the reason.
// Tries the types that one name can stand for (UFS has several layouts).
void mount_device(const MountRequest& request, const std::string& target);

// The same, as mount(8) does: what is write-protected is mounted for reading instead. Gives the
// request that succeeded.
MountRequest mount_or_only_read(const MountRequest& request, const std::string& target);

class Mounts {
 public:
  struct Entry {
    std::string mountable;
    std::string point;   // in the guest: "/", "/boot"
    std::string target;  // in the appliance: "/sysroot/boot", no links in it
    dev_t device = 0;
    bool writable = false;
  };

  // What is write-protected is mounted for reading, as mount(8) does.
  void add(const MountRequest& request, const std::string& point);
  // By mount point or by device; EINVAL if nothing is mounted there.
  void remove(const std::string& point_or_mountable, int umount_flags);
  // Mounts again, read-only or not. ENOENT or EINVAL if nothing is mounted there.
  void set_writable(const std::string& point, bool writable);
  void remove_all();
  const std::vector<Entry>& entries() const { return entries_; }
  bool any() const { return !entries_.empty(); }
  // A call about the guest's files needs a tree: throws Usage with the manual's words if there is
  // none.
  void require_any() const;
  bool uses(const BlockDevice& device) const;

 private:
  void unmount(const Entry& entry, int umount_flags);
  std::vector<Entry> entries_;  // in the order mounted
};

}  // namespace glovebox::guestd
