// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/device_change.h"

#include <fcntl.h>

#include "base/files.h"
#include "daemon/inspection.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {

DeviceChange::DeviceChange(Appliance& app, const std::string& device)
    : app_(app), device_(app.device(device)) {
  app_.inspection->release();
}

void DeviceChange::wipe_signatures() const {
  run_program({.argv = {"wipefs", "-a", "--force", "--", device_.name}});
}

DeviceChange::~DeviceChange() {
  try {
    for (const BlockDevice& partition : app_.devices.partitions_of(device_))
      app_.assembly.forget(partition);
    app_.devices.update();
    for (const BlockDevice& partition : app_.devices.partitions_of(device_))
      app_.assembly.forget(partition);
    app_.assembly.forget(device_);
  } catch (const std::exception&) {
    // The next call takes in what the kernel has told, and says what is wrong.
  }
}

base::UniqueFd open_destination(Appliance& app, const std::string& name, int flags) {
  constexpr mode_t kNewFileMode = 0666;
  if (!names_device(name)) {
    app.mounts.require_any();
    return open_in_guest(name, O_WRONLY | flags, kNewFileMode);
  }
  const BlockDevice device = app.device(name);
  app.inspection->release();
  app.assembly.forget_everything();  // a device may hold parts of many others
  return base::open_file(device.name, O_WRONLY);
}

}  // namespace glovebox::guestd
