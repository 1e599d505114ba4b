// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Too little memory on the host, as it shows in an error of this process, or in a qemu that ended:
// it says so, the kernel killed it, or it crashed under a limit that a user set ("ulimit -d"). None
// of it speaks against the template that was to be restored. No state; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/child.h"

namespace glovebox::vm {

// True for memory and descriptors: what this process has too little of says nothing about the file
// that it was to read.
bool is_own_shortage(int errnum);

// `last_words`: what qemu, the dynamic linker and the C library printed. They run under LC_ALL=C.
bool is_shortage(const base::ExitStatus& status, std::string_view last_words);

// What was short and what the user can do: "not enough memory for an appliance of 1280 MiB ...".
std::string shortage_text(int appliance_mib);

// Why a qemu that ran for a while may have been killed, and what the user can do. Absent unless it
// was killed by SIGKILL. That is mostly the kernel, whose memory ran out; but others can do it.
std::optional<std::string> kill_text(const base::ExitStatus& status);

}  // namespace glovebox::vm
