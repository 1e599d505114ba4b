// SPDX-License-Identifier: GPL-2.0-or-later
//
// How virt-ls prints what it found. A FileRecord becomes one line of text, one of CSV, or one JSON
// object; the columns and their widths are those of the original virt-ls (quirks included: uid and
// gid are padded in CSV too). Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glovebox::tools {

enum class Times { None, Date, Seconds, SecondsAgo, DaysAgo };

// Which columns of -lR to show, and how.
struct Columns {
  bool human = false;
  bool uids = false;
  Times times = Times::None;
  bool extra_stats = false;
  bool checksum = false;
  int64_t now = 0;  // for SecondsAgo and DaysAgo
};

struct FileRecord {
  std::string path;  // absolute, in the guest
  int64_t mode = 0;
  int64_t size = 0;
  int64_t uid = 0;
  int64_t gid = 0;
  int64_t atime = 0;
  int64_t mtime = 0;
  int64_t ctime = 0;
  int64_t dev = 0;
  int64_t ino = 0;
  int64_t nlink = 0;
  int64_t rdev = 0;
  int64_t blocks = 0;
  std::string link = {};      // the target, if it is a symbolic link
  std::string checksum = {};  // if asked for, and it is a regular file
  bool operator==(const FileRecord&) const = default;
};

// Names as they are; or, for a terminal, with what could control it made visible.
enum class Names { Exact, Escaped };

std::string text_line(const FileRecord& file, const Columns& columns, Names names);
std::string csv_line(const FileRecord& file, const Columns& columns, Names names);

// JSON objects without newlines: everything about a file; or its path alone.
std::string json_object(const FileRecord& file);
std::string json_path_object(std::string_view path);

// "/etc" and "fstab" make "/etc/fstab"; a directory may end in slashes, and "." names itself.
std::string child_path(std::string_view directory, std::string_view name);

}  // namespace glovebox::tools
