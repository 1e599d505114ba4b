// SPDX-License-Identifier: GPL-2.0-or-later
//
// One string as JSON text (RFC 8259, section 7): for records that are written one by one, where a
// document object would only be in the way. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace glovebox::tools {

// The string in quotes. Bytes that are not UTF-8 become \xNN escapes of base::escape first, so that
// the result is always valid JSON.
std::string json_text(std::string_view text);

// `"NAME": "TEXT"`; where the text is not UTF-8, also `, "NAME_base64": "..."` with the exact
// bytes.
std::string json_member(std::string_view name, std::string_view text);

}  // namespace glovebox::tools
