// SPDX-License-Identifier: GPL-2.0-or-later
//
// A file's status in the structs of the API: StatNs, and each that has the same fields beside its
// own.
#pragma once

#include <sys/stat.h>

#include <cstdint>

namespace glovebox::guestd {

template <typename Struct>
void set_stat_fields(Struct& to, const struct stat& from) {
  to.st_dev = static_cast<int64_t>(from.st_dev);
  to.st_ino = static_cast<int64_t>(from.st_ino);
  to.st_mode = from.st_mode;
  to.st_nlink = static_cast<int64_t>(from.st_nlink);
  to.st_uid = from.st_uid;
  to.st_gid = from.st_gid;
  to.st_rdev = static_cast<int64_t>(from.st_rdev);
  to.st_size = from.st_size;
  to.st_blksize = from.st_blksize;
  to.st_blocks = from.st_blocks;
  to.st_atime_sec = from.st_atim.tv_sec;
  to.st_atime_nsec = from.st_atim.tv_nsec;
  to.st_mtime_sec = from.st_mtim.tv_sec;
  to.st_mtime_nsec = from.st_mtim.tv_nsec;
  to.st_ctime_sec = from.st_ctim.tv_sec;
  to.st_ctime_nsec = from.st_ctim.tv_nsec;
}

}  // namespace glovebox::guestd
