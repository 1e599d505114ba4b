// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Too little memory on the host or too few threads for the user, as it shows in an error of this
// process, or in a qemu that ended: it says so, the kernel killed it, or it crashed under a limit
// that a user set ("ulimit -d"). None of it speaks against the template that was to be restored. No
// state; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/child.h"

namespace glovebox::vm {

// True for memory, descriptors and processes: what this process has too little of says nothing
// about the file that it was to read.
bool is_own_shortage(int errnum);

struct Shortage {
  int errnum;        // ENOMEM, or EAGAIN for threads
  std::string text;  // what the user can do: "there is not enough memory for an appliance ..."
  bool operator==(const Shortage&) const = default;
};

// Absent if nothing says that qemu ended for one. `last_words`: what qemu, the dynamic linker and
// the C library printed. They run under LC_ALL=C.
std::optional<Shortage> shortage_behind(const base::ExitStatus& status,
                                        std::string_view last_words,
                                        int appliance_mib);

// Why a qemu that ran for a while may have been killed, and what the user can do. Absent unless it
// was killed by SIGKILL. That is mostly the kernel, whose memory ran out; but others can do it.
std::optional<std::string> kill_text(const base::ExitStatus& status);

}  // namespace glovebox::vm
