// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Characters that have no shape of their own and change how others are shown: the controls of
// writing direction (U+202E shows "gpj.exe" as "exe.jpg"), joiners, Unicode's line ends, tags. Raw
// they may reach no terminal; data keeps them. Pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace glovebox::base {

// Foreign text made valid UTF-8 without control characters: those and bytes that are not UTF-8
// become \xNN. Invisible characters stay.
std::string escape_controls(std::string_view text);

// Valid UTF-8 with every invisible character replaced, for formats that can name them: "&#x202e;".
std::string replace_invisible(std::string_view text,
                              const std::function<std::string(char32_t)>& replacement);

// A character as JSON names it: "\u202e".
std::string json_escape(char32_t character);

// Length of the well-formed UTF-8 sequence that starts `text` (RFC 3629, table 3-7 of the Unicode
// standard), 0 if there is none.
size_t utf8_sequence(std::string_view text);

}  // namespace glovebox::base
