// SPDX-License-Identifier: GPL-2.0-or-later
//
// What xfs_info(8) prints, as a struct. Numbers that it does not print are -1. Pure function.
#pragma once

#include <string_view>

#include "glovebox/structs.h"

namespace glovebox::guestd {

Xfsinfo parse_xfs_info(std::string_view text);

}  // namespace glovebox::guestd
