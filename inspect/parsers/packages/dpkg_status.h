// SPDX-License-Identifier: LGPL-2.1-or-later
//
// dpkg's database of installed packages, /var/lib/dpkg/status: stanzas of deb822(5), and the single
// stanzas in status.d that images without dpkg (distroless) carry. Nothing is skipped in silence:
// what is not a stanza of a package is counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/parsers/packages/deb_version.h"

namespace glovebox::inspect {

inline constexpr size_t kMaxDpkgStatusBytes = 50 << 20;  // libguestfs's limit, too
inline constexpr size_t kMaxDpkgPackages = 1 << 18;

struct DpkgPackage {
  std::string name;
  DebVersion version = {};
  std::string arch = {};
  std::string source = {};  // without the version in parentheses
  std::string homepage = {};
  std::string summary = {};
  std::string description = {};  // lines without their blank in front; a '.' for an empty one
  bool operator==(const DpkgPackage&) const = default;
};

struct DpkgStatus {
  std::vector<DpkgPackage> packages =
      {};                     // those that have files on the disk, in the order of the database
  size_t stanzas = 0;         // installed or not
  size_t bad_lines = 0;       // neither a field nor its continuation
  size_t bad_stanzas = 0;     // no name, or installed without a version
  size_t first_bad_line = 0;  // where the first of either begins; 0: none
  bool truncated = false;     // more than kMaxDpkgPackages
};

// What a stanza without a Status field is: in `status` not installed, in status.d installed.
enum class WithoutStatus { Skip, Installed };

DpkgStatus parse_dpkg_status(std::string_view text, WithoutStatus without = WithoutStatus::Skip);

}  // namespace glovebox::inspect
