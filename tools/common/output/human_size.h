// SPDX-License-Identifier: GPL-2.0-or-later
//
// Sizes for people, as -h prints them: powers of 1024, one decimal below 10 and none above, rounded
// to the nearest and ties to even, a suffix letter without B: 6484 -> "6.3K", 480 MiB -> "480M",
// 132 -> "132". Pure.
#pragma once

#include <cstdint>
#include <string>

namespace glovebox::tools {

std::string human_size(uint64_t bytes);

}  // namespace glovebox::tools
