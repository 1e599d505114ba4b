// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: making file systems.
#include "guestd/functions/make_filesystem.h"

#include "base/cat.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/formats/mkfs_command.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "guestd/functions/blockdev.h"

namespace glovebox::guestd {
void mkfs(Appliance& app,
          const std::string& fstype,
          const std::string& device,
          const MkfsOptions& optargs) {
  const BlockDevice found = app.device(device);
  const std::vector<std::string> command =
      mkfs_command(fstype, found.name, blockdev_getss(app, found.name), optargs);
  if (!has_program(command.front()))
    refuse(base::cat(fstype, ": the appliance has no ", command.front()));
  const DeviceChange change(app, found.name);
  change.wipe_signatures();
  run_program(
      {.argv = command, .about = base::cat(fstype, ": ", found.name), .timeout = kLongTimeout});
}

}  // namespace glovebox::guestd
