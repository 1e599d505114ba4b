// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The seccomp filter: the system calls that qemu needs when everything it works on was handed to
// it, and no other.
#pragma once

namespace glovebox::vm {

// Needs no_new_privs. Afterwards this process can still exec one program, write and exit. Throws
// Failure.
void enter_system_call_filter();

}  // namespace glovebox::vm
