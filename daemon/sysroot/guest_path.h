// SPDX-License-Identifier: GPL-2.0-or-later
//
// Paths of the guest: absolute, resolved by the kernel with the guest's tree as the root (openat2,
// RESOLVE_IN_ROOT), so that neither "..", an absolute link nor a link loop leaves it. Nothing is
// ever opened by a path string below /sysroot. Errors are System with "PATH: reason".
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace glovebox::guestd {

inline constexpr const char* kSysroot = "/sysroot";

// The top of the tree, O_PATH. Opened anew for each call: a mount on it would hide an older one.
base::UniqueFd open_sysroot();

// The same below another directory, for trees that are mounted elsewhere. `path` may be relative.
base::UniqueFd open_beneath(int root, const std::string& path, int flags, mode_t mode = 0);
int try_open_beneath(int root,
                     const std::string& path,
                     int flags,
                     mode_t mode = 0) noexcept;  // -1 and errno

// open(2) in the guest, always O_CLOEXEC | O_NOCTTY | O_NONBLOCK: a FIFO or a device never makes us
// wait.
base::UniqueFd open_in_guest(const std::string& path, int flags, mode_t mode = 0);

// Where a file is: its directory, resolved, and its name there, for the *at() calls that must not
// follow it. The name of "/" is ".".
struct GuestEntry {
  base::UniqueFd directory;
  std::string name;
};
GuestEntry find_entry(const std::string& path);

// "/proc/self/fd/N": for the system calls that take only a path.
std::string path_of(const base::UniqueFd& fd);

// Where a descriptor really is, below the tree's root: "/usr/lib" for an open "/lib".
std::string real_path_of(const base::UniqueFd& fd);

// Throws "PATH: reason" for the errno of a failed system call.
[[noreturn]] void throw_guest_errno(const std::string& path);

}  // namespace glovebox::guestd
