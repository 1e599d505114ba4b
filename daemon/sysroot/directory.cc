// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/directory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

#include "base/directory_cursor.h"
#include "base/error.h"
#include "base/failures.h"

namespace glovebox::guestd {
namespace {

using DirStream = std::unique_ptr<DIR, int (*)(DIR*)>;

// Reads until the end or an error, and returns its errno, or 0.
int read_entries(base::UniqueFd directory,
                 const std::function<void(const DirectoryEntry&)>& visit) {
  const DirStream stream(::fdopendir(directory.get()), ::closedir);
  if (!stream)
    return errno;
  directory.release();
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (!entry)
      return errno;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..")
      visit({std::string(name), entry->d_ino, entry->d_type});
  }
}

// With a list of its own instead of recursion: a guest decides how deep its tree is.
class Walk {
 public:
  Walk(const base::UniqueFd& top, const TreeVisitor& visitor)
      : cursor_(top.duplicate()), visitor_(visitor) {}

  void run() {
    read();
    for (;;) {
      if (levels_.back().next < levels_.back().entries.size())
        visit();
      else if (levels_.size() == 1)
        return;
      else
        leave();
    }
  }

 private:
  struct Level {
    std::vector<DirectoryEntry> entries;
    size_t next = 0;
    size_t path_size = 0;  // of the path to the directory, with a slash at its end
  };

  // The entries of the directory where the cursor stands; those that could be read, if not all.
  void read() {
    Level level;
    level.path_size = path_.size();
    const int errnum =
        read_entries(base::UniqueFd(::fcntl(cursor_.fd(), F_DUPFD_CLOEXEC, 0)),
                     [&](const DirectoryEntry& entry) { level.entries.push_back(entry); });
    if (errnum != 0)
      visitor_.unreadable(path_.empty() ? path_ : path_.substr(0, path_.size() - 1), errnum);
    std::sort(level.entries.begin(), level.entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    levels_.push_back(std::move(level));
  }

  void visit() {
    Level& level = levels_.back();
    const DirectoryEntry& entry = level.entries[level.next++];
    path_ += entry.name;
    visitor_.visit(cursor_.fd(), path_, entry);
    if (is_directory(entry) && enter(entry)) {
      path_ += '/';
      read();
    } else {
      path_.resize(level.path_size);
    }
  }

  // The inode decides, and the directory is believed only where it says "directory", which opening
  // it proves: under another type a whole tree could be hidden.
  bool is_directory(const DirectoryEntry& entry) {
    if (entry.type == DT_DIR)
      return true;
    struct stat status = {};
    if (::fstatat(cursor_.fd(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
      return S_ISDIR(status.st_mode);
    if (errno != ENOENT || entry.type == DT_UNKNOWN)
      visitor_.unreadable(path_, errno);
    return false;
  }

  bool enter(const DirectoryEntry& entry) {
    if (path_.size() > visitor_.max_path) {
      visitor_.unreadable(path_, ENAMETOOLONG);
      return false;
    }
    if (cursor_.try_enter(entry.name))
      return true;
    if (const int errnum = errno; errnum != ENOTDIR)
      visitor_.unreadable(path_, errnum);
    return false;
  }

  void leave() {
    cursor_.leave();
    levels_.pop_back();
    const Level& level = levels_.back();
    path_.pop_back();
    if (visitor_.leave)
      visitor_.leave(cursor_.fd(), path_, level.entries[level.next - 1]);
    path_.resize(level.path_size);
  }

  base::DirectoryCursor cursor_;
  const TreeVisitor& visitor_;
  std::vector<Level> levels_;
  std::string path_;  // of what is looked at, from the top
};

}  // namespace

void for_each_entry(base::UniqueFd directory,
                    const std::function<void(const DirectoryEntry&)>& visit) {
  if (const int errnum = read_entries(std::move(directory), visit); errnum != 0)
    base::throw_errno("readdir", errnum);
}

std::vector<DirectoryEntry> read_directory(base::UniqueFd directory) {
  std::vector<DirectoryEntry> entries;
  for_each_entry(std::move(directory),
                 [&](const DirectoryEntry& entry) { entries.push_back(entry); });
  return entries;
}

void walk_tree(const base::UniqueFd& top,
               const std::string& directory,
               const TreeVisitor& visitor) {
  if (visitor.unreadable)
    return Walk(top, visitor).run();
  base::Failures failures;
  const std::string prefix = directory + (directory.ends_with('/') ? "" : "/");
  TreeVisitor collecting = visitor;
  collecting.unreadable = [&](const std::string& path, int errnum) {
    failures.add(path.empty() ? directory : prefix + path, errnum);
  };
  Walk(top, collecting).run();
  failures.throw_if_any();
}

}  // namespace glovebox::guestd
