// SPDX-License-Identifier: GPL-2.0-or-later
//
// The many options of mke2fs and tune2fs, and what tune2fs lists. Pure functions; a value that
// makes no sense is an error without an errno.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "glovebox/options.h"

namespace glovebox::guestd {

std::vector<std::string> mke2fs_command(const std::string& device, const Mke2fsOptions& options);

// What goes between "tune2fs" and the device.
std::vector<std::string> tune2fs_options(const Tune2fsOptions& options);

// "Inode count:   1024" as {"Inode count", "1024"}; "<none>" and "<not available>" are empty.
std::vector<std::pair<std::string, std::string>> parse_tune2fs_list(std::string_view text);

}  // namespace glovebox::guestd
