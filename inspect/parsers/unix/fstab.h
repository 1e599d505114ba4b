// SPDX-License-Identifier: LGPL-2.1-or-later
//
// fstab(5), crypttab(5) and the ARRAY lines of mdadm.conf(5): tables of words. Lenient: a line that
// makes no sense is listed by its number and the rest is read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::inspect {

inline constexpr size_t kMaxTableBytes = 1 << 20;
inline constexpr size_t kMaxTableEntries = 2048;

struct FstabEntry {
  std::string spec;        // "UUID=...", "/dev/sda1"; \040 and its like decoded
  std::string mountpoint;  // "/", "none"
  std::string vfs_type = {};
  std::string options = {};
  bool operator==(const FstabEntry&) const = default;
};
struct Fstab {
  std::vector<FstabEntry> entries = {};
  std::vector<size_t> bad_lines = {};  // numbered from 1
  bool truncated = false;              // there were more than kMaxTableEntries
  bool operator==(const Fstab&) const = default;
};
Fstab parse_fstab(std::string_view text);

struct CrypttabEntry {
  std::string target;  // the name below /dev/mapper
  std::string device;  // "UUID=...", "/dev/sda3"
  bool operator==(const CrypttabEntry&) const = default;
};
std::vector<CrypttabEntry> parse_crypttab(std::string_view text);

struct MdArray {
  std::string device;  // "/dev/md0", "/dev/md/data"
  std::string uuid;    // 32 hexadecimal digits, lower case
  bool operator==(const MdArray&) const = default;
};
std::vector<MdArray> parse_mdadm_conf(std::string_view text);

}  // namespace glovebox::inspect
