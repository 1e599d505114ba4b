// SPDX-License-Identifier: GPL-2.0-or-later
//
// Device names as the manual has them, apart from any device: drive N is "/dev/sda" for 0,
// "/dev/sdaa" for 26; its partition P is "/dev/sdaP". Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glovebox::guestd {

inline constexpr uint32_t kMaxDrives = 255;
inline constexpr uint32_t kMaxPartition = 1 << 20;

struct DriveName {
  uint32_t drive = 0;      // in the order added
  uint32_t partition = 0;  // 0: the whole drive
  bool operator==(const DriveName&) const = default;
};

std::string drive_name(uint32_t drive);  // "/dev/sda"
std::string to_string(const DriveName& name);

// "/dev/sda1", "/dev/hda1" and "/dev/vda1" all mean the first partition of the first drive; absent
// for anything else.
std::optional<DriveName> parse_drive_name(std::string_view name);

// A btrfs subvolume's name: "btrfsvol:/dev/sda2/home/user" is subvolume "home/user" of /dev/sda2.
struct Mountable {
  std::string device;
  std::string subvolume = {};  // empty: the device's default
  bool operator==(const Mountable&) const = default;
};

// The device of a subvolume is its drive name or, for an LV or mapping, the first two or three
// components. Throws Usage for a name that starts with "btrfsvol:" and does not go on like this.
Mountable parse_mountable(std::string_view name);
std::string to_string(const Mountable& mountable);

}  // namespace glovebox::guestd
