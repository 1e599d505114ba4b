// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The files by which a Linux system says what it is: os-release(5) and /etc/lsb-release, which are
// shell assignments, and the older one-line files (/etc/debian_version, /etc/redhat-release ...).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace glovebox::inspect {

inline constexpr size_t kMaxReleaseFileBytes = 2 << 20;
inline constexpr size_t kMaxReleaseLine = 4096;
inline constexpr size_t kMaxAssignments = 512;

// NAME=value lines with the quoting of sh: '...', "..." with \" \$ \\ \`, and \x outside of quotes.
// Comments and lines that are no assignment are skipped, the last assignment of a name wins,
// nothing is expanded.
std::map<std::string, std::string> parse_assignments(std::string_view text);

struct OsRelease {
  std::string id = {};
  std::string id_like = {};
  std::string name = {};
  std::string pretty_name = {};
  std::string version_id = {};
  std::string build_id = {};
  bool operator==(const OsRelease&) const = default;
};
OsRelease parse_os_release(std::string_view text);

struct LsbRelease {
  std::string id = {};
  std::string release = {};
  std::string description = {};
  bool operator==(const LsbRelease&) const = default;
};
LsbRelease parse_lsb_release(std::string_view text);

struct Version {
  int32_t major = 0;
  int32_t minor = 0;
  auto operator<=>(const Version&) const = default;
};

// The first "N.M" anywhere in the text, else the first "N" with minor 0; absent if there is no
// number, or none that fits.
std::optional<Version> find_version(std::string_view text);

// The first line, without white space at its ends.
std::string first_line(std::string_view text);

// /etc/hostname: the first line that is neither empty nor a comment.
std::string parse_hostname(std::string_view text);

}  // namespace glovebox::inspect
