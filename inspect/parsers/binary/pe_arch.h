// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The architecture that a Windows program or DLL is built for, by its COFF header: "PE Format" of
// Microsoft's documentation. Names are libguestfs's, as elf_arch's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox::inspect {

inline constexpr size_t kPeHeadBytes = 4096;  // as much as pe_arch looks at

// Empty if it is no such file, its header lies behind the head, or the machine has no name here.
std::string pe_arch(std::string_view head);

}  // namespace glovebox::inspect
