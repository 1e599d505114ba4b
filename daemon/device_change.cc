// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/device_change.h"

#include "daemon/inspection.h"
#include "daemon/process/tool.h"

namespace glovebox::guestd {

DeviceChange::DeviceChange(Appliance& app, const std::string& device)
    : app_(app), device_(app.device(device)) {
  app_.inspection->release();
}

void DeviceChange::wipe_signatures() const {
  run_tool({.argv = {"wipefs", "-a", "--force", "--", device_.name}});
}

DeviceChange::~DeviceChange() {
  try {
    for (const BlockDevice& partition : app_.devices.partitions_of(device_)) app_.forget(partition);
    app_.devices.update();
    for (const BlockDevice& partition : app_.devices.partitions_of(device_)) app_.forget(partition);
    app_.forget(device_);
  } catch (const std::exception&) {
    // The next call takes in what the kernel has told, and says what is wrong.
  }
}

}  // namespace glovebox::guestd
