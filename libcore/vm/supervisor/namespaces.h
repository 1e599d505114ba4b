// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Starting the child in namespaces of its own: process ids (it sees and signals nobody), mounts,
// network (no interface, and no abstract socket of the host), System V IPC, host name. An ordinary
// user gets them inside a user namespace.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "vm/supervisor/options.h"

namespace glovebox::vm {

struct Namespaces {
  unsigned long flags = 0;  // CLONE_NEW* that the child has
  uid_t uid =
      0;  // who we were before: in a new user namespace nobody is anybody until the map is written
  gid_t gid = 0;
  struct Missing {
    std::string layer, reason;
  };
  std::vector<Missing> missing;
  bool has(unsigned long flag) const { return (flags & flag) != 0; }
};

// Like fork(): the child's pid in the parent, 0 in the child; `out` is filled in both. A namespace
// that the host refuses is left out and named.
pid_t fork_into_namespaces(const SupervisorOptions& options, Namespaces& out);

// In the child: makes the user from before known in a new user namespace; nothing to do without
// one. Throws Failure where the host does not let us: root without CAP_SETFCAP may map no root
// (user_namespaces(7)). The other namespaces hold all the same.
void map_user(const Namespaces& namespaces);

}  // namespace glovebox::vm
