// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the libguestfs.so.0 of Glovebox is, and how the dynamic linker learns of it.
#pragma once

#include <string>

namespace glovebox::tools {

// The directory of libguestfs.so.0 that belongs to a glovebox-run in `program_directory`: that of
// the build tree, else that of the installation. NotFound names what was looked for.
std::string library_directory(const std::string& program_directory);

// LD_LIBRARY_PATH with the directory first; `before` is its value now, or nullptr.
std::string library_path(const std::string& directory, const char* before);

}  // namespace glovebox::tools
