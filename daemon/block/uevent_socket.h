// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel says of block devices: as events on a socket, and in sysfs about those that are
// there. The appliance's own devices (virtio, loop, ram) are left out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "daemon/formats/uevent.h"

namespace glovebox::guestd {

class UeventSocket {
 public:
  // Opens it; no event after that is missed but by an overflow. Throws System.
  UeventSocket();

  enum class Heard { Nothing, Event, Overflow };
  // The next event that has come; Overflow: some were lost, only sysfs has them.
  Heard next(Uevent& event);
  // False: nothing came until the deadline.
  bool wait(const base::Deadline& deadline) const;

 private:
  base::UniqueFd fd_;
};

// Of the device at this path below /sys, as if it were added now. Absent if it is not there.
std::optional<Uevent> uevent_of(const std::string& devpath);

// The same of every block device.
std::vector<Uevent> present_uevents();

}  // namespace glovebox::guestd
