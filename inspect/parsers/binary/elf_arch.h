// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The architecture that a program is built for, by its ELF header: elf(5). Names are libguestfs's:
// "x86_64", "i386", "aarch64", "ppc64le", "riscv64".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox::inspect {

inline constexpr size_t kElfHeaderBytes = 20;  // as much as elf_arch looks at

// Empty if it is no ELF file or the machine has no name here.
std::string elf_arch(std::string_view head);

}  // namespace glovebox::inspect
