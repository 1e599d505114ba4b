// SPDX-License-Identifier: GPL-2.0-or-later
//
// /etc/adjtime, in which hwclock(8) keeps what it knows of the hardware clock. adjtime_config(5)
// has the format. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "glovebox/structs.h"

namespace glovebox::guestd {

// hwclock reads no more of a line, and no line after the third.
inline constexpr size_t kMaxAdjtimeLine = 80;
inline constexpr size_t kAdjtimeBytes = 3 * (kMaxAdjtimeLine + 1);

// Of the first kAdjtimeBytes of the file. A clock that no line names is in UTC, as hwclock has it.
// Throws Corrupt if a line is too long or means nothing.
Adjtime parse_adjtime(std::string_view text);

}  // namespace glovebox::guestd
