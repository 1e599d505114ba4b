// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Arithmetic on numbers that came from a disk: the result, or Error(Corrupt) naming `what`, never a
// wrapped value.
#pragma once

#include <concepts>
#include <string_view>

namespace glovebox::base {

[[noreturn]] void throw_overflow(std::string_view what);

template <std::integral T>
T checked_add(T a, T b, std::string_view what) {
  T result;
  if (__builtin_add_overflow(a, b, &result))
    throw_overflow(what);
  return result;
}

template <std::integral T>
T checked_sub(T a, T b, std::string_view what) {
  T result;
  if (__builtin_sub_overflow(a, b, &result))
    throw_overflow(what);
  return result;
}

template <std::integral T>
T checked_mul(T a, T b, std::string_view what) {
  T result;
  if (__builtin_mul_overflow(a, b, &result))
    throw_overflow(what);
  return result;
}

}  // namespace glovebox::base
