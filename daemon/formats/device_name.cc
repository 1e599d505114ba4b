// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/device_name.h"

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/number_text.h"

namespace glovebox::guestd {
namespace {

constexpr std::string_view kSubvolumePrefix = "btrfsvol:";

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// "a" is 0, "z" 25, "aa" 26: bijective base 26.
std::optional<uint32_t> parse_letters(std::string_view letters) {
  if (letters.empty() || letters.size() > 3)
    return std::nullopt;
  uint32_t value = 0;
  for (const char letter : letters) value = value * 26 + static_cast<uint32_t>(letter - 'a') + 1;
  return value - 1;
}

std::optional<uint32_t> parse_partition(std::string_view digits) {
  const auto value = base::parse_number<uint32_t>(digits);
  return value && digits.front() != '0' && *value <= kMaxPartition ? value : std::nullopt;
}

// How many bytes of "/dev/vg/lv/sub/vol" are the device: two components below /dev for an LV, a
// mapping or an array by name, else one.
size_t device_length(std::string_view name) {
  const size_t after_dev = std::string_view("/dev/").size();
  const size_t first = name.find('/', after_dev);
  if (first == std::string_view::npos)
    return name.size();
  const std::string_view head = name.substr(0, first);
  const std::string_view node = head.substr(after_dev);
  const bool is_array =
      node.size() > 2 && node.starts_with("md") &&
      std::all_of(node.begin() + 2, node.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_array || parse_drive_name(head))
    return first;
  return std::min(name.find('/', first + 1), name.size());
}

}  // namespace

std::string drive_name(uint32_t drive) {
  std::string letters;
  for (uint32_t rest = drive + 1; rest > 0; rest = (rest - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('a' + (rest - 1) % 26));
  return "/dev/sd" + letters;
}

std::string to_string(const DriveName& name) {
  return name.partition == 0 ? drive_name(name.drive)
                             : base::cat(drive_name(name.drive), name.partition);
}

std::optional<DriveName> parse_drive_name(std::string_view name) {
  if (!name.starts_with("/dev/sd") && !name.starts_with("/dev/hd") && !name.starts_with("/dev/vd"))
    return std::nullopt;
  const std::string_view rest = name.substr(std::string_view("/dev/sd").size());
  const auto digits = std::find_if_not(rest.begin(), rest.end(), is_letter);
  const auto letters = static_cast<size_t>(digits - rest.begin());
  const std::optional<uint32_t> drive = parse_letters(rest.substr(0, letters));
  if (!drive)
    return std::nullopt;
  if (letters == rest.size())
    return DriveName{*drive, 0};
  const std::optional<uint32_t> partition = parse_partition(rest.substr(letters));
  if (!partition)
    return std::nullopt;
  return DriveName{*drive, *partition};
}

Mountable parse_mountable(std::string_view name) {
  if (!name.starts_with(kSubvolumePrefix))
    return {std::string(name)};
  const std::string_view rest = name.substr(kSubvolumePrefix.size());
  const size_t length = rest.starts_with("/dev/") ? device_length(rest) : rest.size();
  if (length + 1 >= rest.size())
    throw Error(Errc::Usage, base::cat(name, ": not of the form btrfsvol:DEVICE/SUBVOLUME"),
                EINVAL);
  return {std::string(rest.substr(0, length)), std::string(rest.substr(length + 1))};
}

std::string to_string(const Mountable& mountable) {
  return mountable.subvolume.empty()
             ? mountable.device
             : base::cat(kSubvolumePrefix, mountable.device, "/", mountable.subvolume);
}

}  // namespace glovebox::guestd
