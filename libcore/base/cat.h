// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Small text helpers that C++20 with g++ 12 lacks. Pure functions.
#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::base {

// Joins values as operator<< prints them: cat("sector ", 63) == "sector 63".
template <typename... Parts>
std::string cat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

// Splits at every separator; n separators give n + 1 parts, possibly empty.
std::vector<std::string> split(std::string_view text, char separator);

// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);

// Foreign text made safe for a terminal or a log: control and invisible characters and bytes that
// are not UTF-8 become \xNN (see escape.h).
std::string escape(std::string_view text);

// The same for text of several lines: line ends and tabs stay.
std::string escape_text(std::string_view text);

// True if the bytes are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace glovebox::base
