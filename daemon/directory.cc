// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/directory.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

using DirStream = std::unique_ptr<DIR, int (*)(DIR*)>;

// Directories only, and only such that are really below: a link swapped in would be an error, not a
// way out.
base::UniqueFd open_below(int top, const std::string& path) {
  const open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                        .mode = 0,
                        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
  return base::UniqueFd(static_cast<int>(
      syscall(SYS_openat2, top, path.empty() ? "." : path.c_str(), &how, sizeof how)));
}

bool is_directory(int parent, const DirectoryEntry& entry) {
  if (entry.type != DT_UNKNOWN)
    return entry.type == DT_DIR;
  struct stat status = {};
  return ::fstatat(parent, entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

}  // namespace

void for_each_entry(base::UniqueFd directory,
                    const std::function<void(const DirectoryEntry&)>& visit) {
  const DirStream stream(::fdopendir(directory.get()), ::closedir);
  if (!stream)
    base::throw_errno("fdopendir");
  directory.release();
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (!entry) {
      if (errno != 0)
        base::throw_errno("readdir");
      return;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..")
      visit({std::string(name), entry->d_ino, entry->d_type});
  }
}

std::vector<DirectoryEntry> read_directory(base::UniqueFd directory) {
  std::vector<DirectoryEntry> entries;
  for_each_entry(std::move(directory),
                 [&](const DirectoryEntry& entry) { entries.push_back(entry); });
  return entries;
}

// With a list of its own instead of recursion: a guest decides how deep its tree is.
void walk_tree(const base::UniqueFd& top, const TreeVisitor& visit) {
  struct Level {
    std::string path;  // "" or "a/b/"
    std::vector<DirectoryEntry> entries;
    size_t next = 0;
    base::UniqueFd fd;  // open only while its entries are visited one after the other
  };
  std::vector<Level> levels;
  const auto enter = [&](std::string path) {
    base::UniqueFd fd = open_below(top.get(), path);
    if (!fd.valid())
      return;
    std::vector<DirectoryEntry> entries = read_directory(fd.duplicate());
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    levels.push_back({std::move(path), std::move(entries), 0, std::move(fd)});
  };
  enter("");
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.next == level.entries.size()) {
      levels.pop_back();
      continue;
    }
    if (!level.fd.valid())
      level.fd = open_below(top.get(), level.path);
    const DirectoryEntry& entry = level.entries[level.next++];
    const std::string path = level.path + entry.name;
    visit(level.fd.get(), path, entry);
    if (is_directory(level.fd.get(), entry)) {
      level.fd.reset();
      enter(path + "/");
    }
  }
}

}  // namespace glovebox::guestd
