// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Giving up what a process has by being somebody: user, groups, capabilities, set-user-id programs,
// core dumps.
#pragma once

#include <sys/types.h>

#include <vector>

namespace glovebox::vm {

// For root: becomes a user that owns nothing. Keeps the groups in `groups` only.
void become_plain_user(uid_t uid, gid_t gid, const std::vector<gid_t>& groups);

// No capability can be gained by exec, not even by root. Before the change of user, which takes away the right to say so.
void limit_capabilities();

// No capability now. After the change of user, which needs some.
void drop_capabilities();

// A core file would hold the guest's memory, and a crash handler would parse it as root.
void forbid_core_dumps();

// Another process of the same user can neither trace this one nor take its descriptors, until it
// executes a program: exec allows it again (begin_new_exec() in fs/exec.c), unless the program may
// not be read.
void forbid_tracing();

// exec gives nobody more rights from here on.
void set_no_new_privileges();

}  // namespace glovebox::vm
