// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a plugin's process gives up. Called in the child after fork(2), in this order:
//
//   enter_sandbox(limits, keep_fd);   // before the plugin's code runs for the first time
//   ... load the plugin ...
//   close_sandbox();                  // before it sees a guest
//
// Outside the appliance (tests, a plain user) there are no privileges to give up, and the limits
// alone remain.
#pragma once

#include "inspect/worker/limits.h"

namespace glovebox::inspect {

// Descriptors but keep_fd closed, 0 to 2 on /dev/null; signals as after exec; dies with its parent;
// limits on memory, CPU time, files and processes, no core file; a user of its own, no_new_privs, and
// of the capabilities CAP_DAC_READ_SEARCH, to read guest files of any owner, and CAP_SYS_CHROOT for
// close_sandbox.
void enter_sandbox(const WorkerLimits& limits, int keep_fd);

// The root directory becomes /proc/self/fdinfo, from which no path leads to the appliance's own
// files. Only CAP_DAC_READ_SEARCH is left.
void close_sandbox();

}  // namespace glovebox::inspect
