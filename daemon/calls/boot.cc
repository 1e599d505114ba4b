// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: boot loaders, installed by the appliance's own programs.
#include "guestd/functions/boot.h"

#include <fcntl.h>

#include "base/cat.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {

void syslinux(Appliance& app, const std::string& device, const SyslinuxOptions& optargs) {
  const DeviceChange change(app, device);
  run_program({.argv = Arguments{"syslinux", "--install", "--force"}
                           .add_option("--directory", optargs.directory)
                           .add(change.name()),
               .about = change.name()});
}

void extlinux(Appliance& app, const std::string& directory) {
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(directory, O_RDONLY | O_DIRECTORY);
  run_program(
      {.argv = {"extlinux", "--install", path_for_child(fd)}, .about = base::escape(directory)});
}

void grub_install(Appliance& app, const std::string& root, const std::string& device) {
  app.mounts.require_any();
  const base::UniqueFd top = open_in_guest(root, O_RDONLY | O_DIRECTORY);
  const DeviceChange change(app, device);
  run_program({.argv = {"grub-install", "--root-directory=" + path_for_child(top), change.name()},
               .about = change.name()});
}

}  // namespace glovebox::guestd
