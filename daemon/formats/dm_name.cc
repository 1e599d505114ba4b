// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/dm_name.h"

#include <algorithm>

namespace glovebox::guestd {
namespace {

constexpr std::string_view kLvmPrefix = "LVM-";
constexpr size_t kLvmUuidLength = 64;
constexpr size_t kUuidDigits = 32;

std::string undouble(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    result.push_back(text[i]);
    if (text[i] == '-')
      ++i;
  }
  return result;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::optional<LogicalVolumeName> split_mapping_name(std::string_view name) {
  for (size_t at = name.find('-'); at != std::string_view::npos; at = name.find('-', at)) {
    if (at + 1 < name.size() && name[at + 1] == '-') {
      at += 2;
      continue;
    }
    if (at == 0 || at + 1 == name.size())
      return std::nullopt;
    return LogicalVolumeName{undouble(name.substr(0, at)), undouble(name.substr(at + 1))};
  }
  return std::nullopt;
}

std::optional<std::string> lvm_uuid_of(std::string_view mapping_uuid) {
  if (!mapping_uuid.starts_with(kLvmPrefix) ||
      mapping_uuid.size() != kLvmPrefix.size() + kLvmUuidLength)
    return std::nullopt;
  return std::string(mapping_uuid.substr(kLvmPrefix.size()));
}

std::optional<std::string> luks_uuid_of(std::string_view mapping_uuid) {
  for (const std::string_view prefix : {"CRYPT-LUKS1-", "CRYPT-LUKS2-"}) {
    if (!mapping_uuid.starts_with(prefix) || mapping_uuid.size() < prefix.size() + kUuidDigits)
      continue;
    std::string uuid(mapping_uuid.substr(prefix.size(), kUuidDigits));
    if (!std::all_of(uuid.begin(), uuid.end(), is_hex))
      return std::nullopt;
    for (const size_t dash : {8, 13, 18, 23}) uuid.insert(dash, 1, '-');
    return uuid;
  }
  return std::nullopt;
}

}  // namespace glovebox::guestd
