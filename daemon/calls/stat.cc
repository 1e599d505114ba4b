// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the status of files. A name in a list is looked up in its directory and never followed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/calls/stat_fields.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

StatNs to_statns(const struct stat& status) {
  StatNs result;
  set_stat_fields(result, status);
  return result;
}

struct stat status_of(const base::UniqueFd& fd, const std::string& path) {
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0)
    throw_guest_errno(path);
  return status;
}

// The type bits of a file's mode; 0 if there is nothing by that name.
mode_t type_of(const Appliance& app, const std::string& path, bool follow) {
  app.mounts.require_any();
  const base::UniqueFd fd(
      try_open_beneath(open_sysroot().get(), path, O_PATH | (follow ? 0 : O_NOFOLLOW)));
  if (fd.valid())
    return status_of(fd, path).st_mode & S_IFMT;
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
    return 0;
  throw_guest_errno(path);
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.find('/') == std::string::npos;
}

}  // namespace

StatNs statns(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return to_statns(status_of(open_in_guest(path, O_PATH), path));
}

StatNs lstatns(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return to_statns(status_of(open_in_guest(path, O_PATH | O_NOFOLLOW), path));
}

std::vector<StatNs> internal_lstatnslist(Appliance& app,
                                         const std::string& path,
                                         const std::vector<std::string>& names) {
  app.mounts.require_any();
  const base::UniqueFd directory = open_in_guest(path, O_PATH | O_DIRECTORY);
  std::vector<StatNs> result;
  for (const std::string& name : names) {
    struct stat status = {};
    const bool found = is_plain_name(name) &&
                       ::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    result.push_back(found ? to_statns(status) : StatNs{.st_ino = -1});
  }
  return result;
}

bool exists(Appliance& app, const std::string& path) {
  return type_of(app, path, false) != 0;
}

bool is_file(Appliance& app, const std::string& path, const IsFileOptions& optargs) {
  return type_of(app, path, optargs.followsymlinks.value_or(false)) == S_IFREG;
}

bool is_dir(Appliance& app, const std::string& path, const IsDirOptions& optargs) {
  return type_of(app, path, optargs.followsymlinks.value_or(false)) == S_IFDIR;
}

bool is_chardev(Appliance& app, const std::string& path, const IsChardevOptions& optargs) {
  return type_of(app, path, optargs.followsymlinks.value_or(false)) == S_IFCHR;
}

bool is_blockdev(Appliance& app, const std::string& path, const IsBlockdevOptions& optargs) {
  return type_of(app, path, optargs.followsymlinks.value_or(false)) == S_IFBLK;
}

bool is_fifo(Appliance& app, const std::string& path, const IsFifoOptions& optargs) {
  return type_of(app, path, optargs.followsymlinks.value_or(false)) == S_IFIFO;
}

bool is_socket(Appliance& app, const std::string& path, const IsSocketOptions& optargs) {
  return type_of(app, path, optargs.followsymlinks.value_or(false)) == S_IFSOCK;
}

bool is_symlink(Appliance& app, const std::string& path) {
  return type_of(app, path, false) == S_IFLNK;
}

std::string readlink(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  std::array<char, PATH_MAX> target;
  const base::UniqueFd link = open_in_guest(path, O_PATH | O_NOFOLLOW);
  const ssize_t length = ::readlinkat(link.get(), "", target.data(), target.size());
  if (length < 0) {
    if (errno ==
        ENOENT)  // what the kernel says of a file that is no link, when asked by descriptor
      errno = EINVAL;
    throw_guest_errno(path);
  }
  return {target.data(), static_cast<size_t>(length)};
}

std::vector<std::string> internal_readlinklist(Appliance& app,
                                               const std::string& path,
                                               const std::vector<std::string>& names) {
  app.mounts.require_any();
  const base::UniqueFd directory = open_in_guest(path, O_PATH | O_DIRECTORY);
  std::vector<std::string> result;
  for (const std::string& name : names) {
    std::array<char, PATH_MAX> target;
    const ssize_t length = is_plain_name(name) ? ::readlinkat(directory.get(), name.c_str(),
                                                              target.data(), target.size())
                                               : -1;
    result.emplace_back(target.data(), length < 0 ? 0 : static_cast<size_t>(length));
  }
  return result;
}

}  // namespace glovebox::guestd
