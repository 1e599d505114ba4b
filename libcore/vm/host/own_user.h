// SPDX-License-Identifier: LGPL-2.1-or-later
//
// OwnUser: a user and group id that nobody else on this host has, for one process that root starts
// (qemu, passt). The kernel lets processes of the same user take each other's descriptors and
// memory (pidfd_getfd(2), ptrace(2)), so a user that many share, as `nobody`, is no wall. The ids
// are root's subordinate ones where /etc/subuid and /etc/subgid give it some, else of a range that
// belongs to no account; a lock keeps them from a second run for as long as the object lives. Any
// thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace glovebox::vm {

// The users FIRST_UID + n with the groups FIRST_GID + n, n < count.
struct IdPool {
  uint32_t first_uid = 0, first_gid = 0, count = 0;
  bool operator==(const IdPool&) const = default;
};

// The contents of the files that say which ids there are.
struct IdSources {
  std::string subuid, subgid;    // /etc/subuid, /etc/subgid
  std::string uid_map, gid_map;  // /proc/self/uid_map, /proc/self/gid_map
};

// Where to take ids from; absent in a user namespace that has none to spare. A line that makes no
// sense counts as absent. Pure.
std::optional<IdPool> choose_id_pool(const IdSources& sources);

class OwnUser {
 public:
  // Takes ids. `lock_path` is a file of root's, made if it is absent; where it cannot be (a
  // read-only /run), chance alone keeps two runs apart. Absent where there are no ids to take.
  static std::optional<OwnUser> take(const std::string& lock_path = "/run/glovebox.users");
  // The same from a pool of the caller's: absent if all of it is taken.
  static std::optional<OwnUser> take_from(const IdPool& pool, const std::string& lock_path);

  uid_t uid() const { return uid_; }
  gid_t gid() const { return gid_; }

 private:
  OwnUser(uid_t uid, gid_t gid, base::UniqueFd lock)
      : uid_(uid), gid_(gid), lock_(std::move(lock)) {}

  uid_t uid_;
  gid_t gid_;
  base::UniqueFd lock_;  // not valid: no lock could be had
};

}  // namespace glovebox::vm
