// SPDX-License-Identifier: GPL-2.0-or-later
//
// A kernel uevent as text: the message of the netlink socket, and the SCSI address within a
// device's path. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glovebox::guestd {

struct Uevent {
  std::string action;   // "add", "remove", "change"
  std::string devpath;  // "/devices/.../0:0:3:0/block/sdb/sdb1"
  std::string subsystem;
  std::string devtype;  // "disk", "partition"
  std::string devname;  // the kernel's: "sdb1", "dm-0"
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t partition = 0;  // 0 for a whole disk
};

// The message is "ACTION@DEVPATH" and then KEY=VALUE, each ended by a zero byte. Absent if it is
// something else.
std::optional<Uevent> parse_uevent(std::string_view message);

struct ScsiAddress {
  uint32_t host = 0, channel = 0, target = 0, lun = 0;
  bool operator==(const ScsiAddress&) const = default;
};

// The last path component of the form "H:C:T:L"; absent if there is none.
std::optional<ScsiAddress> scsi_address_of(std::string_view devpath);

}  // namespace glovebox::guestd
