// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fuse/mount_table.h"

#include <sys/mount.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <vector>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"

namespace glovebox::fuse {
namespace {

// /proc/self/mountinfo, proc(5): number, parent, device, root, mount point, ...
constexpr size_t kMountPoint = 4;

// Blanks, and the backslash itself, are written there as \ooo.
std::string unescaped(const std::string& field) {
  std::string text;
  for (size_t i = 0; i < field.size(); ++i) {
    int code = 0;
    const char* digits = field.data() + i + 1;
    if (field[i] == '\\' && i + 3 < field.size() &&
        std::from_chars(digits, digits + 3, code, 8).ptr == digits + 3) {
      text += static_cast<char>(code);
      i += 3;
    } else {
      text += field[i];
    }
  }
  return text;
}

}  // namespace

std::optional<uint64_t> mount_at(const std::string& path) {
  std::optional<uint64_t> found;
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> fields = base::split(line, ' ');
    uint64_t number = 0;
    if (fields.size() > kMountPoint && unescaped(fields[kMountPoint]) == path &&
        std::from_chars(line.data(), line.data() + fields[0].size(), number).ec == std::errc())
      found = number;  // later lines lie on top of earlier ones
  }
  return found;
}

void unmount(const std::string& path, When when) {
  const int flags = UMOUNT_NOFOLLOW | (when == When::Now ? MNT_DETACH : 0);
  if (umount2(path.c_str(), flags) == 0)
    return;
  if (errno != EPERM)
    base::throw_errno(base::escape(path));
  std::vector<std::string> command = {"fusermount", "-u"};
  if (when == When::Now)
    command.emplace_back("-z");
  command.insert(command.end(), {"--", path});
  base::run_ok({.argv = command});
}

}  // namespace glovebox::fuse
