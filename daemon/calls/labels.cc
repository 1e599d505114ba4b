// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: labels and UUIDs of file systems, and what else each type does in its own way.
#include "guestd/functions/labels.h"

#include <unistd.h>

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/block/find_filesystem.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/formats/resize_estimate.h"
#include "daemon/process/program.h"
#include "daemon/system/random_uuid.h"
#include "guestd/functions/xfs.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

constexpr size_t kExtLabelBytes = 16;

bool is_ext(const std::string& type) {
  return type == "ext2" || type == "ext3" || type == "ext4";
}

[[noreturn]] void unsupported(const std::string& what) {
  throw Error(Errc::Unsupported, what, EOPNOTSUPP);
}

// Where the device is mounted in the appliance; empty if it is not.
std::string mounted_at(const Appliance& app, const BlockDevice& device) {
  for (const Mounts::Entry& entry : app.mounts.entries())
    if (entry.device == device.number)
      return entry.target;
  return {};
}

Words label_command(const std::string& type,
                    const std::string& device,
                    const std::string& mounted,
                    const std::string& label) {
  if (is_ext(type)) {
    limit_label(label, kExtLabelBytes, "ext2");
    return {"e2label", device, label};
  }
  if (type == "xfs") {
    limit_label(label, kXfsLabelBytes, type);
    return {"xfs_admin", "-L", label.empty() ? "--" : label, device};
  }
  if (type == "btrfs")
    return {"btrfs", "filesystem", "label", "--", mounted.empty() ? device : mounted, label};
  if (type == "ntfs")
    return {"ntfslabel", device, label};
  if (type == "swap")
    return {"swaplabel", "-L", label, device};
  if (type == "vfat")
    return {"fatlabel", device, label};
  unsupported(base::cat("don't know how to set the label for '", type, "' filesystems"));
}

void set_uuid_of(Appliance& app, const std::string& device, const std::string& uuid) {
  const DeviceChange change(app, device);
  const std::string type = app.prober.content(change.device()).type;
  Words command;
  if (is_ext(type))
    command = {"tune2fs", "-U", uuid, change.name()};
  else if (type == "xfs")
    command = {"xfs_admin", "-U", uuid, change.name()};
  else if (type == "swap")
    command = {"swaplabel", "-U", uuid, change.name()};
  else if (type == "btrfs")
    command = {"btrfstune", "-f", "-U", uuid, change.name()};
  else
    unsupported(base::cat("don't know how to set the UUID for '", type, "' filesystems"));
  run_program({.argv = command,
               .about = change.name(),
               .stdin_text = "y\n",  // tune2fs asks before it rewrites checksums
               .timeout = kLongTimeout,
               .complains_on_stdout = type == "xfs"});
}

}  // namespace

void set_label(Appliance& app, const std::string& mountable, const std::string& label) {
  const DeviceChange change(app, parse_mountable(mountable).device);
  const std::string type = app.prober.content(change.device()).type;
  run_program({.argv = label_command(type, change.name(), mounted_at(app, change.device()), label),
               .about = change.name(),
               .complains_on_stdout = type == "xfs"});
}

void set_uuid(Appliance& app, const std::string& device, const std::string& uuid) {
  set_uuid_of(app, device, uuid);
}

void set_uuid_random(Appliance& app, const std::string& device) {
  set_uuid_of(app, device, random_uuid());
}

int64_t vfs_minimum_size(Appliance& app, const std::string& mountable) {
  const BlockDevice device = app.device(parse_mountable(mountable).device);
  const std::string type = app.prober.content(device).type;
  const std::string mounted = mounted_at(app, device);
  if (is_ext(type))
    return static_cast<int64_t>(
        parse_ext_minimum(run_program({.argv = {"tune2fs", "-l", device.name}}),
                          run_program({.argv = {"resize2fs", "-P", "-f", device.name}})));
  if (type == "ntfs")
    return static_cast<int64_t>(
        parse_ntfs_minimum(run_program({.argv = {"ntfsresize", "--info", "-ff", device.name}})));
  if (type == "btrfs" && !mounted.empty())
    return static_cast<int64_t>(parse_btrfs_minimum(
        run_program({.argv = {"btrfs", "inspect-internal", "min-dev-size", "--", mounted}})));
  if ((type == "btrfs" || type == "xfs") && mounted.empty())
    refuse(base::cat("device not mounted: ", device.name));
  if (type == "xfs") {
    const Xfsinfo info = xfs_info(app, device.name);  // it cannot be made smaller
    return static_cast<int64_t>(info.xfs_blocksize) * static_cast<int64_t>(info.xfs_datablocks);
  }
  unsupported(base::cat("cannot get minimum size of '", type, "' filesystem"));
}

std::string findfs_label(Appliance& app, const std::string& label) {
  return find_filesystem(app.assembly, &Content::label, label);
}

std::string findfs_uuid(Appliance& app, const std::string& uuid) {
  return find_filesystem(app.assembly, &Content::uuid, uuid);
}

int32_t fsck(Appliance& app, const std::string& fstype, const std::string& device) {
  const DeviceChange change(app, device);
  return try_program(
             {.argv = {"fsck", "-a", "-t", not_an_option(fstype, "the type"), change.name()},
              .timeout = kLongTimeout})
      .exit_code;
}

bool filesystem_available(Appliance&, const std::string& filesystem) {
  if (!std::all_of(filesystem.begin(), filesystem.end(),
                   [](unsigned char c) { return isalnum(c) || c == '_'; }))
    refuse("filesystem name contains non-alphanumeric characters");
  const std::string known = base::read_file("/proc/filesystems", 64 << 10);
  for (const std::string& line : base::split(known, '\n'))
    if (const size_t tab = line.find('\t');
        tab != std::string::npos && line.substr(tab + 1) == filesystem)
      return true;
  return false;  // every module that there is was loaded before the template was saved
}

void f2fs_expand(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  run_program({.argv = {"resize.f2fs", change.name()},
               .about = change.name(),
               .timeout = kLongTimeout,
               .complains_on_stdout = true});
}

}  // namespace glovebox::guestd
