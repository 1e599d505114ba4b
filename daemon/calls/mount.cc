// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: mounting and unmounting.
#include "guestd/functions/mount.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/block/loop_device.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/inspection.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {
namespace {

// As libguestfs itself since 1.48.
constexpr const char* kNo9p = "9p file systems are not supported: the appliance has no such device";

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
      throw Error(Errc::Usage, "a mount point must be an absolute path", EINVAL);
    const std::string type = app.prober.content(device).type;
    if (type == "btrfs")
      app.assembly.assemble();  // the kernel mounts a file system of several devices once it knows them all
    app.mounts.add({.what = {device.name, what.subvolume},
                    .device = device,
                    .type = vfstype.empty() ? type : vfstype,
                    .options = flags},
                   mountpoint);
  } catch (Error& e) {
    refuse(e.in(base::cat(mountable, " on ", base::escape(mountpoint), " (options: '",
                          base::escape(options), "')"))
               .what());
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
  Mountable what = parse_mountable(pathordevice);
  if (names_device(what.device))
    what.device = app.device(what.device).name;
  without_errno([&] {
    app.mounts.remove(names_device(what.device) ? to_string(what) : pathordevice, flags);
  });
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

void remount(Appliance& app, const std::string& mountpoint, const RemountOptions& optargs) {
  app.mounts.require_any();
  if (!optargs.rw)
    refuse("specify at least one parameter: rw");
  without_errno([&] { app.mounts.set_writable(mountpoint, *optargs.rw); });
}

void mkmountpoint(Appliance&, const std::string& exemptpath) {
  const GuestEntry entry = find_entry(exemptpath);
  if (::mkdirat(entry.directory.get(), entry.name.c_str(), 0777) != 0)
    throw_guest_errno(exemptpath);
}

void rmmountpoint(Appliance&, const std::string& exemptpath) {
  const GuestEntry entry = find_entry(exemptpath);
  if (::unlinkat(entry.directory.get(), entry.name.c_str(), AT_REMOVEDIR) != 0)
    throw_guest_errno(exemptpath);
}

void mount_loop(Appliance& app, const std::string& file, const std::string& mountpoint) {
  app.mounts.require_any();
  const LoopDevice loop(open_in_guest(file, O_RDWR), file);
  const std::string type = probe_content(loop.fd(), file).type;
  const MountRequest request = {.what = {loop.device().name},
                                .device = loop.device(),
                                .type = type.empty() ? "unknown" : type};
  without_errno([&] { app.mounts.add(request, mountpoint); });
}

std::vector<std::string> list_9p(Appliance&) {
  refuse(kNo9p);
}

void mount_9p(Appliance&, const std::string&, const std::string&, const Mount9pOptions&) {
  refuse(kNo9p);
}

}  // namespace glovebox::guestd
