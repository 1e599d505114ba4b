// SPDX-License-Identifier: GPL-2.0-or-later
//
// The command that makes a file system: each mkfs.TYPE has its own ways to say "do not ask", a
// block size and a label. Pure function.
#pragma once

#include <string>
#include <vector>

#include "glovebox/options.h"

namespace glovebox::guestd {

// Throws Usage for a type that is not a word, and for an option that the type does not have.
std::vector<std::string> mkfs_command(const std::string& fstype,
                                      const std::string& device,
                                      int32_t device_sector_bytes,
                                      const MkfsOptions& options);

}  // namespace glovebox::guestd
