// SPDX-License-Identifier: GPL-2.0-or-later
//
// Reading directories of the guest by descriptor, and walking a tree without following links. A
// tree may be deeper than a path can be long: what lies below that is left out by walk_tree and
// reported as an error of its own by the caller.
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
  unsigned char type = DT_UNKNOWN;
};

// All entries without "." and "..", in the directory's order. Takes a readable directory. Throws
// System.
std::vector<DirectoryEntry> read_directory(base::UniqueFd directory);
void for_each_entry(base::UniqueFd directory,
                    const std::function<void(const DirectoryEntry&)>& visit);

// Visits everything below `top`, parents before children, names in byte order. `parent` is where
// the entry lies, `path` is relative to top. A directory that cannot be opened is visited and not
// entered.
using TreeVisitor =
    std::function<void(int parent, const std::string& path, const DirectoryEntry& entry)>;
void walk_tree(const base::UniqueFd& top, const TreeVisitor& visit);

}  // namespace glovebox::guestd
