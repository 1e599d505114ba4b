// SPDX-License-Identifier: GPL-2.0-or-later
//
// Comma-separated values (RFC 4180, with "\n" line ends): a field is quoted only if it has to be.
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox::tools {

// Quoted if the field holds a space, a comma, a quote or a newline; quotes inside are doubled.
std::string csv_field(std::string_view field);

// The fields with commas between them and a newline at the end.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace glovebox::tools
