// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The program to run: where it is, what the kernel and the dynamic loader must be able to read for
// it to start.
#pragma once

#include <string>
#include <vector>

namespace glovebox::vm {

// The path to execute: as given if it has a slash, else looked up in PATH. Throws Failure "NAME: No
// such file...".
std::string find_program(const std::string& name);

// The ELF interpreter (ld.so) that the program names; empty for a static program or a script.
std::string interpreter_of(const std::string& path);

// Libraries and the firmware that comes with qemu; those of them that exist here.
std::vector<std::string> system_read_paths();

}  // namespace glovebox::vm
