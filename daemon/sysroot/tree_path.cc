// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/tree_path.h"

#include <fcntl.h>

#include "base/cat.h"
#include "daemon/formats/refuse.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

std::string in_appliance(const base::UniqueFd& fd) {
  const std::string real = real_path_of(fd);
  return real == "/" ? kSysroot : kSysroot + real;
}

}  // namespace

std::string tree_path(const Mounts& mounts, const std::string& path) {
  mounts.require_any();
  return without_errno([&] { return in_appliance(open_in_guest(path, O_PATH)); });
}

std::string tree_path_of_new(const Mounts& mounts, const std::string& path) {
  mounts.require_any();
  return without_errno([&] {
    const GuestEntry entry = find_entry(path);
    return base::cat(in_appliance(entry.directory), "/", entry.name);
  });
}

}  // namespace glovebox::guestd
