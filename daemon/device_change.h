// SPDX-License-Identifier: GPL-2.0-or-later
//
// DeviceChange: a call that writes to a block device. Before: what inspection has mounted is let
// go, or the device would be busy. After, however the call ends: what was known of the device and
// its partitions is forgotten, and the names of partitions and volumes are those of now.
#pragma once

#include <string>

#include "base/unique_fd.h"
#include "daemon/appliance.h"

namespace glovebox::guestd {

class DeviceChange {
 public:
  // Throws System ENOENT if there is no such device.
  DeviceChange(Appliance& app, const std::string& device);
  ~DeviceChange();
  DeviceChange(const DeviceChange&) = delete;
  DeviceChange& operator=(const DeviceChange&) = delete;

  // Makes nothing on the device recognisable any more, before something new is made on it: what
  // that does not overwrite would make two of the device.
  void wipe_signatures() const;

  const std::string& name() const { return device_.name; }
  const BlockDevice& device() const { return device_; }

 private:
  Appliance& app_;
  const BlockDevice device_;
};

// Opens a file of the guest, or one of its devices, to be written by a call that takes either.
// `flags` are added for a file (O_CREAT, O_TRUNC); of a device, what was known is forgotten. Throws
// System, and Usage if nothing is mounted.
base::UniqueFd open_destination(Appliance& app, const std::string& name, int flags);

}  // namespace glovebox::guestd
