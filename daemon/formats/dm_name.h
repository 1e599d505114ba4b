// SPDX-License-Identifier: GPL-2.0-or-later
//
// Names of device-mapper devices: "vg0-root" is volume "root" of group "vg0", and a "-" within
// either is doubled. The UUID says who made the device: "LVM-" and 64 characters for a logical
// volume that is not a part of another. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glovebox::guestd {

struct LogicalVolumeName {
  std::string group;
  std::string volume;
  bool operator==(const LogicalVolumeName&) const = default;
  auto operator<=>(const LogicalVolumeName&) const = default;
};

// "vg--a-lv--b" -> {"vg-a", "lv-b"}; absent if there is no single "-" with something on both sides.
std::optional<LogicalVolumeName> split_mapping_name(std::string_view name);

// Group's and volume's UUID without dashes, 64 characters; absent for anything but a whole logical
// volume.
std::optional<std::string> lvm_uuid_of(std::string_view mapping_uuid);

// UUID of the LUKS container, with its dashes, from "CRYPT-LUKS2-<32 hex>-<name>".
std::optional<std::string> luks_uuid_of(std::string_view mapping_uuid);

}  // namespace glovebox::guestd
