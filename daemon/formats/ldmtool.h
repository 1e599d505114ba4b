// SPDX-License-Identifier: GPL-2.0-or-later
//
// What ldmtool(1) prints, which is JSON: names come from the metadata of the guest's disks. Pure
// functions; each throws Corrupt if the text is something else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox::guestd {

// ["a", "b"]
std::vector<std::string> parse_ldm_names(std::string_view text);
// {"KEY": "value"}; a key that is not there is an empty text.
std::string parse_ldm_field(std::string_view text, const std::string& key);
// {"KEY": ["a", "b"]}
std::vector<std::string> parse_ldm_list(std::string_view text, const std::string& key);

}  // namespace glovebox::guestd
