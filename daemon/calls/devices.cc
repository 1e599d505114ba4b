// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: drives and partitions by name.
#include "guestd/functions/devices.h"

#include "daemon/appliance.h"

namespace glovebox::guestd {
namespace {

std::vector<std::string> names_of(const std::vector<BlockDevice>& devices) {
  std::vector<std::string> names;
  for (const BlockDevice& device : devices) names.push_back(device.name);
  return names;
}

}  // namespace

std::vector<std::string> list_devices(Appliance& app) {
  app.devices.update();
  return names_of(app.devices.drives());
}

std::vector<std::string> list_partitions(Appliance& app) {
  app.assembly.assemble();  // for the partitions of MD arrays
  return names_of(app.devices.partitions());
}

}  // namespace glovebox::guestd
