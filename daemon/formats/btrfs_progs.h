// SPDX-License-Identifier: GPL-2.0-or-later
//
// What btrfs(8) prints, as structs. The names in it are the guest's. Pure functions; a line that
// does not look as expected is Error(Corrupt).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glovebox/structs.h"

namespace glovebox::guestd {

std::vector<Btrfssubvolume> parse_subvolume_list(std::string_view text);
std::vector<std::pair<std::string, std::string>> parse_subvolume_show(std::string_view text);
int64_t parse_default_subvolume(std::string_view text);
std::vector<Btrfsqgroup> parse_qgroup_show(std::string_view text);
Btrfsbalance parse_balance_status(std::string_view text);
Btrfsscrub parse_scrub_status(std::string_view text);

// The devices of a file system; `some_missing` is set if it says so.
std::vector<std::string> parse_filesystem_show(std::string_view text, bool& some_missing);

}  // namespace glovebox::guestd
