// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Base 64 (RFC 4648, section 4) with padding and without line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glovebox::inspect {

std::string base64_encode(std::string_view bytes);

// Absent if the text is not the canonical encoding of anything.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace glovebox::inspect
