// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: mounting and unmounting.
#include <sys/mount.h>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/inspection.h"
#include "daemon/mounts.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

void mount_with(Appliance& app,
                const std::string& options,
                const std::string& vfstype,
                const std::string& mountable,
                const std::string& mountpoint) {
  const Mountable what = parse_mountable(mountable);
  const BlockDevice device = app.device(what.device);
  const MountFlags flags = parse_mount_options(options);
  if (!(flags.flags & MS_RDONLY)) {
    app.inspection
        ->release();  // its read-only mounts would make a writable one of the same device EBUSY
  }
  try {
    if (!mountpoint.starts_with('/'))
      throw Error(Errc::Usage, "a mount point is an absolute path", EINVAL);
    app.mounts.add({.what = {device.name, what.subvolume},
                    .device = device,
                    .type = vfstype.empty() ? app.prober.content(device).type : vfstype,
                    .options = flags},
                   mountpoint);
  } catch (Error& e) {
    throw e.in(base::cat(mountable, " on ", base::escape(mountpoint), " (options: '",
                         base::escape(options), "')"));
  }
}

void forget_if_written(Appliance& app, const std::vector<Mounts::Entry>& entries) {
  for (const Mounts::Entry& entry : entries)
    if (entry.writable)
      app.prober.forget({.name = {}, .number = entry.device});
}

}  // namespace

void mount(Appliance& app, const std::string& mountable, const std::string& mountpoint) {
  mount_with(app, "", "", mountable, mountpoint);
}

void mount_ro(Appliance& app, const std::string& mountable, const std::string& mountpoint) {
  mount_with(app, "ro", "", mountable, mountpoint);
}

void mount_options(Appliance& app,
                   const std::string& options,
                   const std::string& mountable,
                   const std::string& mountpoint) {
  mount_with(app, options, "", mountable, mountpoint);
}

void mount_vfs(Appliance& app,
               const std::string& options,
               const std::string& vfstype,
               const std::string& mountable,
               const std::string& mountpoint) {
  mount_with(app, options, vfstype, mountable, mountpoint);
}

void internal_mount_unreplayed(Appliance& app,
                               const std::string& options,
                               const std::string& vfstype,
                               const std::string& mountable,
                               const std::string& mountpoint) {
  const std::string type =
      vfstype.empty() ? app.prober.content(app.device(parse_mountable(mountable).device)).type
                      : vfstype;
  const std::string option = no_replay_option(type);
  if (option.empty())
    throw Error(Errc::Unsupported,
                base::cat(mountable, ": ", type, " has no journal that could be left out"),
                ENOTSUP);
  mount_with(app, base::cat(options, ",ro,", option), vfstype, mountable, mountpoint);
}

void umount(Appliance& app, const std::string& pathordevice, const UmountOptions& optargs) {
  const std::vector<Mounts::Entry> before = app.mounts.entries();
  const int flags = (optargs.force.value_or(false) ? MNT_FORCE : 0) |
                    (optargs.lazyunmount.value_or(false) ? MNT_DETACH : 0);
  const Mountable what = parse_mountable(pathordevice);
  if (names_device(what.device))
    app.mounts.remove(to_string(Mountable{app.device(what.device).name, what.subvolume}), flags);
  else
    app.mounts.remove(pathordevice, flags);
  forget_if_written(app, before);
}

void umount_all(Appliance& app) {
  const std::vector<Mounts::Entry> before = app.mounts.entries();
  app.mounts.remove_all();
  forget_if_written(app, before);
}

std::vector<std::string> mounts(Appliance& app) {
  std::vector<std::string> result;
  for (const Mounts::Entry& entry : app.mounts.entries()) result.push_back(entry.mountable);
  return result;
}

std::vector<std::pair<std::string, std::string>> mountpoints(Appliance& app) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const Mounts::Entry& entry : app.mounts.entries())
    result.push_back({entry.mountable, entry.point});
  return result;
}

}  // namespace glovebox::guestd
