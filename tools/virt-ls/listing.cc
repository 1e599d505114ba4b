// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-ls/listing.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <vector>

#include "base/cat.h"
#include "tools/common/output/csv.h"
#include "tools/common/output/human_size.h"
#include "tools/common/output/json_text.h"

namespace glovebox::tools {
namespace {

using base::cat;

struct Kind {
  unsigned format;
  char letter;
  const char* word;
};
constexpr Kind kKinds[] = {
    {S_IFREG, '-', "file"},        {S_IFDIR, 'd', "directory"},    {S_IFLNK, 'l', "symlink"},
    {S_IFCHR, 'c', "char device"}, {S_IFBLK, 'b', "block device"}, {S_IFIFO, 'p', "fifo"},
    {S_IFSOCK, 's', "socket"},
};
constexpr Kind kUnknown = {0, 'u', "unknown"};

Kind kind_of(const FileRecord& file) {
  const auto format = static_cast<unsigned>(file.mode) & S_IFMT;
  const auto* const kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                        [&](const Kind& k) { return k.format == format; });
  return kind == std::end(kKinds) ? kUnknown : *kind;
}

std::string permissions(const FileRecord& file) {
  char buffer[8];
  std::snprintf(buffer, sizeof buffer, "%04o", static_cast<unsigned>(file.mode) & 07777U);
  return buffer;
}

std::string padded(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string device_numbers(int64_t device) {
  const auto number = static_cast<dev_t>(device);
  return cat(major(number), ":", minor(number));
}

std::string size_text(const FileRecord& file, const Columns& columns) {
  return columns.human && file.size >= 0 ? human_size(static_cast<uint64_t>(file.size))
                                         : std::to_string(file.size);
}

// Local time of this host, as the user reads clocks. A year that does not fit struct tm shows the
// seconds instead.
std::string date(int64_t seconds) {
  const time_t time = seconds;
  tm broken_down{};
  char buffer[64];
  if (!localtime_r(&time, &broken_down) ||
      std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S", &broken_down) == 0)
    return std::to_string(seconds);
  return buffer;
}

// A guest may claim any time: the difference is taken without overflow.
int64_t seconds_before(int64_t now, int64_t time) {
  int64_t difference;
  if (__builtin_sub_overflow(now, time, &difference))
    return time < 0 ? INT64_MAX : INT64_MIN;
  return difference;
}

std::string time_text(int64_t seconds, const Columns& columns) {
  switch (columns.times) {
    case Times::Seconds:
      return padded(std::to_string(seconds), 10);
    case Times::SecondsAgo:
      return padded(std::to_string(seconds_before(columns.now, seconds)), 8);
    case Times::DaysAgo:
      return padded(std::to_string(seconds_before(columns.now, seconds) / 86400), 3);
    case Times::Date:
    case Times::None:
      return date(seconds);
  }
  return {};
}

// Everything between the size and the checksum.
std::vector<std::string> middle_fields(const FileRecord& file, const Columns& columns) {
  std::vector<std::string> fields;
  if (columns.uids)
    for (const int64_t id : {file.uid, file.gid}) fields.push_back(padded(std::to_string(id), 4));
  if (columns.times != Times::None)
    for (const int64_t time : {file.atime, file.mtime, file.ctime})
      fields.push_back(time_text(time, columns));
  if (columns.extra_stats) {
    fields.push_back(device_numbers(file.dev));
    fields.push_back(std::to_string(file.ino));
    fields.push_back(std::to_string(file.nlink));
    fields.push_back(device_numbers(file.rdev));
    fields.push_back(std::to_string(file.blocks));
  }
  return fields;
}

bool is_link(const FileRecord& file) {
  return kind_of(file).format == S_IFLNK;
}

std::string shown(const std::string& name, Names names) {
  return names == Names::Escaped ? base::escape(name) : name;
}

}  // namespace

std::string text_line(const FileRecord& file, const Columns& columns, Names names) {
  std::string line =
      cat(kind_of(file).letter, " ", permissions(file), " ", padded(size_text(file, columns), 10));
  for (const std::string& field : middle_fields(file, columns)) line += " " + field;
  if (columns.checksum && !file.checksum.empty())
    line += " " + shown(file.checksum, names);
  line += " " + shown(file.path, names);
  if (is_link(file))
    line += " -> " + shown(file.link, names);
  return line + "\n";
}

std::string csv_line(const FileRecord& file, const Columns& columns, Names names) {
  // Our own columns are written as they are: padding and the space of a date do not make them
  // quoted.
  std::string line =
      cat(kind_of(file).letter, ",", permissions(file), ",", size_text(file, columns));
  for (const std::string& field : middle_fields(file, columns)) line += "," + field;
  if (columns.checksum)
    line += "," + csv_field(shown(file.checksum, names));
  line += "," + csv_field(shown(file.path, names));
  if (is_link(file))
    line += "," + csv_field(shown(file.link, names));
  return line + "\n";
}

std::string json_object(const FileRecord& file) {
  std::string object =
      cat("{", json_member("path", file.path), ", \"type\": \"", kind_of(file).word,
          "\", \"mode\": \"", permissions(file), "\", \"size\": ", file.size,
          ", \"uid\": ", file.uid, ", \"gid\": ", file.gid, ", \"atime\": ", file.atime,
          ", \"mtime\": ", file.mtime, ", \"ctime\": ", file.ctime, ", \"dev\": \"",
          device_numbers(file.dev), "\", \"inode\": ", file.ino, ", \"nlink\": ", file.nlink,
          ", \"rdev\": \"", device_numbers(file.rdev), "\", \"blocks\": ", file.blocks);
  if (is_link(file))
    object += ", " + json_member("target", file.link);
  if (!file.checksum.empty())
    object += ", " + json_member("checksum", file.checksum);
  return object + "}";
}

std::string json_path_object(std::string_view path) {
  return cat("{", json_member("path", path), "}");
}

std::string child_path(std::string_view directory, std::string_view name) {
  while (directory.size() > 1 && directory.ends_with('/')) directory.remove_suffix(1);
  while (name.starts_with('/')) name.remove_prefix(1);
  if (name == "." || name.empty())
    return std::string(directory);
  return cat(directory, directory == "/" ? "" : "/", name);
}

}  // namespace glovebox::tools
