// SPDX-License-Identifier: GPL-2.0-or-later
//
// Reading directories of the guest by descriptor, and walking a tree without following links. A
// tree may be deeper than a path can be long: it is walked by descriptors, and nothing in it is
// passed over in silence.
#pragma once

#include <dirent.h>

#include <functional>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace glovebox::guestd {

struct DirectoryEntry {
  std::string name;
  ino_t inode = 0;
  unsigned char type = DT_UNKNOWN;  // as the directory says, which may be wrong
};

// All entries without "." and "..", in the directory's order. Takes a readable directory. Throws
// System.
std::vector<DirectoryEntry> read_directory(base::UniqueFd directory);
void for_each_entry(base::UniqueFd directory,
                    const std::function<void(const DirectoryEntry&)>& visit);

// The longest path of a tree that is walked, for who passes paths on: a chain of directories costs
// its length squared then.
inline constexpr size_t kMaxTreePath = 64 << 10;

// `parent` is where an entry lies, and `path` leads to it from the top; it may be longer than any
// system call takes, so the entry is looked at by its name in the parent.
struct TreeVisitor {
  using Visit =
      std::function<void(int parent, const std::string& path, const DirectoryEntry& entry)>;
  Visit visit;
  // After the last visit below a directory.
  Visit leave = nullptr;
  // What could not be read, in whole or in part; the walk goes on. "" is the top. Without it the
  // walk throws at its end.
  std::function<void(const std::string& path, int errnum)> unreadable = nullptr;
  // What has a longer path is unreadable (ENAMETOOLONG).
  size_t max_path = kMaxTreePath;
};

// Visits everything below `top`, parents before children, names in byte order. Throws System
// "DIRECTORY/PATH: reason" at the end for the first directory that could not be read, and says how
// many more there were; `directory` is what the caller calls the top.
void walk_tree(const base::UniqueFd& top, const std::string& directory, const TreeVisitor& visitor);

}  // namespace glovebox::guestd
