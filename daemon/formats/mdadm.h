// SPDX-License-Identifier: GPL-2.0-or-later
//
// What mdadm(8) and /proc/mdstat say of an MD array. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glovebox/structs.h"

namespace glovebox::guestd {

// "MD_LEVEL=raid1" as {"level", "raid1"}.
std::vector<std::pair<std::string, std::string>> parse_md_export(std::string_view text);

// The members of the array with that kernel name ("md127"), under their kernel names; empty if the
// kernel does not know it.
std::vector<Mdstat> parse_mdstat(std::string_view text, std::string_view array);

}  // namespace glovebox::guestd
