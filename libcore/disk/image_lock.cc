// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/image_lock.h"

#include <fcntl.h>
#include <unistd.h>

namespace glovebox::disk {
namespace {

// Each permission that a user of the image holds is a shared lock on one byte from here on. Writing
// is bit 1, resizing bit 3; bit 2, "write the same data again", belongs to readers such as
// copy-on-read.
constexpr off_t kPermissionBase = 100;
constexpr off_t kWriteBytes[] = {kPermissionBase + 1, kPermissionBase + 3};

bool somebody_locks(int fd, off_t byte) {
  struct flock lock {};
  lock.l_type =
      F_WRLCK;  // conflicts with a shared lock, too; for a question the descriptor may be read-only
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace

bool is_locked_for_writing(int fd) {
  for (const off_t byte : kWriteBytes)
    if (somebody_locks(fd, byte))
      return true;
  return false;
}

}  // namespace glovebox::disk
