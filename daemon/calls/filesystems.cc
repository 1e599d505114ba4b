// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: facts about file systems.
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/block/volumes.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

// As the struct's description numbers them.
constexpr int32_t kDeviceMountable = 0;
constexpr int32_t kSubvolumeMountable = 1;

const Content& content_of(Appliance& app, const std::string& mountable) {
  return app.prober.content(app.device(parse_mountable(mountable).device));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> list_filesystems(Appliance& app) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const FoundVolume& volume : list_volumes(app.assembly))
    result.push_back({to_string(volume.what), volume.content.type});
  if (app.assembly.activation_by_hand()) {
    const std::vector<BlockDevice> active = logical_volumes(app.devices);
    for (const std::string& name : lvs(app))
      if (std::ranges::find(active, name, &BlockDevice::name) == active.end())
        result.push_back({name, "unknown"});
  }
  return result;
}

InternalMountable internal_parse_mountable(Appliance& app, const std::string& mountable) {
  const Mountable what = parse_mountable(mountable);
  return {.im_type = what.subvolume.empty() ? kDeviceMountable : kSubvolumeMountable,
          .im_device = app.device(what.device).name,
          .im_volume = what.subvolume};
}

std::string vfs_type(Appliance& app, const std::string& mountable) {
  return content_of(app, mountable).type;
}

std::string vfs_label(Appliance& app, const std::string& mountable) {
  return content_of(app, mountable).label;
}

std::string vfs_uuid(Appliance& app, const std::string& mountable) {
  return content_of(app, mountable).uuid;
}

// The flags that each of our mounts has say nothing of the guest.
constexpr unsigned long kOfEveryMount = ST_NOSUID | ST_NODEV | ST_NOEXEC;

StatVfs statvfs(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  struct statvfs status = {};
  if (::fstatvfs(open_in_guest(path, O_PATH).get(), &status) != 0)
    throw_guest_errno(path);
  return {.bsize = static_cast<int64_t>(status.f_bsize),
          .frsize = static_cast<int64_t>(status.f_frsize),
          .blocks = static_cast<int64_t>(status.f_blocks),
          .bfree = static_cast<int64_t>(status.f_bfree),
          .bavail = static_cast<int64_t>(status.f_bavail),
          .files = static_cast<int64_t>(status.f_files),
          .ffree = static_cast<int64_t>(status.f_ffree),
          .favail = static_cast<int64_t>(status.f_favail),
          .fsid = static_cast<int64_t>(status.f_fsid),
          .flag = static_cast<int64_t>(status.f_flag & ~kOfEveryMount),
          .namemax = static_cast<int64_t>(status.f_namemax)};
}

void sync(Appliance& app) {
  sync_filesystems(app);
  sync_drives(app);
}

}  // namespace glovebox::guestd
