// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/calls/common.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/guest_path.h"

namespace glovebox::guestd {

void require_mounted(const Appliance& app) {
  if (!app.mounts.any())
    throw Error(Errc::Usage, "you must call 'mount' first to mount the root filesystem", EINVAL);
}

base::UniqueFd open_directory(const Appliance& app, const std::string& path) {
  require_mounted(app);
  return base::with_context("opendir", [&] { return open_in_guest(path, O_RDONLY | O_DIRECTORY); });
}

bool names_device(const std::string& name) {
  return name.starts_with("/dev/");
}

std::vector<std::string> device_names(Appliance& app, const std::vector<std::string>& devices) {
  std::vector<std::string> names;
  for (const std::string& device : devices) names.push_back(app.device(device).name);
  return names;
}

void sync_filesystems(const Appliance& app) {
  for (const Mounts::Entry& entry : app.mounts.entries()) {
    const base::UniqueFd fd = base::open_file(entry.target, O_RDONLY | O_DIRECTORY);
    if (::syncfs(fd.get()) != 0)
      base::throw_errno(base::escape(entry.point));
  }
}

void sync_drives(Appliance& app) {
  ::sync();
  for (const BlockDevice& drive : app.devices.drives())
    if (::fsync(base::open_file(drive.name, O_RDONLY).get()) != 0)
      base::throw_errno(drive.name);
}

}  // namespace glovebox::guestd
