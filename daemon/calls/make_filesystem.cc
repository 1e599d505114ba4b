// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: making file systems.
#include <unistd.h>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/inspection.h"
#include "daemon/mkfs_command.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr auto kMakeTimeout = std::chrono::minutes(10);  // of a big disk, under emulation

bool has_maker(const std::string& program) {
  for (const char* directory : {"/usr/sbin/", "/sbin/", "/usr/bin/"})
    if (::access((directory + program).c_str(), X_OK) == 0)
      return true;
  return false;
}

}  // namespace

void mkfs(Appliance& app,
          const std::string& fstype,
          const std::string& device,
          const MkfsOptions& optargs) {
  const BlockDevice found = app.device(device);
  const std::vector<std::string> command =
      mkfs_command(fstype, found.name, blockdev_getss(app, found.name), optargs);
  if (!has_maker(command.front()))
    throw Error(Errc::Unsupported, base::cat(fstype, ": the appliance has no ", command.front()),
                EOPNOTSUPP);
  app.inspection->release();
  try {
    // What the new file system does not overwrite would make two of the device.
    base::run_ok({.argv = {"wipefs", "-a", "--force", "--", found.name}});
    base::run_ok({.argv = command, .timeout = kMakeTimeout});
  } catch (Error& e) {
    app.forget(found);
    throw e.in(base::cat(fstype, ": ", found.name));
  }
  app.forget(found);
}

}  // namespace glovebox::guestd
