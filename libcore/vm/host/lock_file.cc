// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include "base/cat.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

bool is_deleted(int fd) {
  struct stat st {};
  return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

}  // namespace

base::UniqueFd lock_file(const std::string& path,
                         const base::Deadline& deadline,
                         const base::Canceller& canceller) {
  const auto begin = base::Deadline::Clock::now();
  for (;;) {
    base::UniqueFd fd = base::open_file(path, O_RDWR | O_CREAT, 0600);
    while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR)
        base::throw_errno(path);
      if (deadline.passed())
        throw Error(
            Errc::Timeout,
            base::cat(path, ": another process has held this lock for ",
                      std::chrono::ceil<std::chrono::seconds>(base::Deadline::Clock::now() - begin)
                          .count(),
                      " s"));
      canceller.sleep(std::chrono::milliseconds(20));
    }
    // Whoever waited for a file that was deleted meanwhile begins again with the one that is there.
    if (!is_deleted(fd.get()))
      return fd;
  }
}

}  // namespace glovebox::vm
