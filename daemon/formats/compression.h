// SPDX-License-Identifier: GPL-2.0-or-later
//
// How a file is compressed, by its first bytes, and which program of the appliance unpacks it. Pure
// functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::guestd {

inline constexpr size_t kCompressionMagicBytes = 6;  // as much as unpacker_of looks at

// The command that unpacks its stdin to its stdout; empty if the bytes are those of no format that
// the appliance unpacks.
std::vector<std::string> unpacker_of(std::string_view start);

}  // namespace glovebox::guestd
