// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The files of a guest as FUSE asks for them: each request is a call to the guest, or an answer
// from the directory cache. Throws glovebox::Error, whose errnum is what the host's program gets; a
// request that would change a read-only mount is EROFS and never reaches the guest. One thread at a
// time.
#pragma once

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <ctime>
#include <functional>
#include <string>
#include <string_view>

#include "fuse/directory_cache.h"
#include "glovebox/calls.h"

namespace glovebox::fuse {

class GuestFiles {
 public:
  // The guest is borrowed.
  GuestFiles(Calls& guest, bool readonly, std::chrono::seconds cache_timeout)
      : guest_(guest), readonly_(readonly), cache_(cache_timeout) {}

  struct stat status(const std::string& path);
  // `mask` of access(2), for a user of the host with these ids.
  void check_access(const std::string& path, int mask, uid_t uid, gid_t gid);
  std::string link_target(const std::string& path);
  // Tells each entry, `.` and `..` too; only inode and type of the status are known.
  void list(const std::string& path,
            const std::function<void(const std::string& name, const struct stat&)>& tell);
  struct statvfs usage(const std::string& path);

  void check_open(int flags) const;
  std::string read(const std::string& path, size_t size, int64_t offset);
  size_t write(const std::string& path, std::string_view bytes, int64_t offset);
  void sync();

  std::string xattr(const std::string& path, const std::string& name);
  std::vector<std::string> xattr_names(const std::string& path);
  // `flags` of setxattr(2).
  void set_xattr(const std::string& path,
                 const std::string& name,
                 std::string_view value,
                 int flags);
  void remove_xattr(const std::string& path, const std::string& name);

  void make_node(const std::string& path, mode_t mode, dev_t device);
  void make_directory(const std::string& path, mode_t mode);
  void make_symlink(const std::string& target, const std::string& path);
  void make_link(const std::string& from, const std::string& to);
  void remove(const std::string& path);
  void remove_directory(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  void set_mode(const std::string& path, mode_t mode);
  void set_owner(const std::string& path, uid_t uid, gid_t gid);
  void set_size(const std::string& path, int64_t size);
  void set_times(const std::string& path, const struct timespec (&times)[2]);

 private:
  void require_writable() const;
  void begin_change();
  void fill_cache(const std::string& directory, const std::vector<Dirent>& entries);
  std::vector<Xattr> xattrs(const std::string& path);

  Calls& guest_;
  const bool readonly_;
  DirectoryCache cache_;
};

}  // namespace glovebox::fuse
