// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Numbers that are a whole text: "42", but not "42 ", "+42" or "". Pure.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace glovebox::base {

// Absent: not a number of this radix, or not one that T holds.
template <std::integral T>
std::optional<T> parse_number(std::string_view text, int radix = 10) {
  T value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, radix);
  return error == std::errc() && end == last ? std::optional(value) : std::nullopt;
}

}  // namespace glovebox::base
