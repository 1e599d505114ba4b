// SPDX-License-Identifier: GPL-2.0-or-later
//
// From what a guest's mount table says to what is on its disks: the devices behind UUID=, LABEL=
// and old device names, the mount points worth telling, the file systems they use. Pure functions
// on values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inspect/engine/volumes.h"
#include "inspect/report/report.h"
#include "inspect/worker/findings.h"

namespace glovebox::inspect {

struct Disks {
  std::vector<Volume> volumes;
  std::vector<std::string> drives;  // in the order added
};

// The canonical device that a spec means; absent if it means none of the volumes. `root`: what
// /dev/root is, and what is meant if several volumes have the same UUID.
std::optional<std::string> resolve_spec(const Disks& disks,
                                        const std::string& spec,
                                        const std::string& root);

struct MountTable {
  std::vector<Mountpoint> mountpoints;  // by length of the path, then by path; "/" always
  std::vector<Filesystem> filesystems;  // by device; swap too
  std::vector<Problem> problems;
};
MountTable resolve_mounts(const Disks& disks,
                          const std::vector<MountEntry>& entries,
                          const std::string& root);

// The volume of this name; null if it is none of them.
const Volume* find_volume(const Disks& disks, const std::string& device);

// "btrfsvol:/dev/sda2/home" -> "/dev/sda2"; other names unchanged.
std::string base_device(const Disks& disks, const std::string& mountable);

// Without double slashes, "." and a slash at the end; "///usr//local//" -> "/usr/local".
std::string canonical_path(const std::string& path);

}  // namespace glovebox::inspect
