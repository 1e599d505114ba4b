// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/guest_path.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {

base::UniqueFd open_sysroot() {
  base::UniqueFd root(::open(kSysroot, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid())
    base::throw_errno(kSysroot);
  return root;
}

int try_open_beneath(int root, const std::string& path, int flags, mode_t mode) noexcept {
  const open_how how = {.flags = static_cast<uint64_t>(
                            flags | O_CLOEXEC | (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK)),
                        .mode = mode,
                        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  return static_cast<int>(
      syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof how));
}

base::UniqueFd open_beneath(int root, const std::string& path, int flags, mode_t mode) {
  base::UniqueFd fd(try_open_beneath(root, path, flags, mode));
  if (!fd.valid())
    throw_guest_errno(path);
  return fd;
}

base::UniqueFd open_in_guest(const std::string& path, int flags, mode_t mode) {
  return open_beneath(open_sysroot().get(), path, flags, mode);
}

GuestEntry find_entry(const std::string& path) {
  const size_t end = path.find_last_not_of('/');
  if (end == std::string::npos)
    return {open_sysroot(), "."};
  const size_t slash = path.find_last_of('/', end);
  const std::string name = path.substr(slash + 1, end - slash);
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (name == "." ||
      name == "..") {  // no name that could be unlinked or renamed: the directory it leads to
    return {open_in_guest(path, O_PATH | O_DIRECTORY), "."};
  }
  base::UniqueFd directory(try_open_beneath(open_sysroot().get(), parent, O_PATH | O_DIRECTORY));
  if (!directory.valid())
    throw_guest_errno(path);
  return {std::move(directory), name};
}

std::string path_of(const base::UniqueFd& fd) {
  return "/proc/self/fd/" + std::to_string(fd.get());
}

std::string real_path_of(const base::UniqueFd& fd) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t length = ::readlink(path_of(fd).c_str(), buffer.data(), buffer.size());
  if (length < 0)
    base::throw_errno("readlink");
  const std::string path(buffer.data(), static_cast<size_t>(length));
  const std::string_view root = kSysroot;
  if (path == root)
    return "/";
  return path.starts_with(std::string(root) + "/") ? path.substr(root.size()) : path;
}

void throw_guest_errno(const std::string& path) {
  const int errnum = errno;
  throw Error(Errc::System, base::cat(base::escape(path), ": ", base::errno_text(errnum)), errnum);
}

}  // namespace glovebox::guestd
