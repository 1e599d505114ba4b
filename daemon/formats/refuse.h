// SPDX-License-Identifier: GPL-2.0-or-later
//
// A refusal without an errno: what the field's tools answer to most of what is wrong with a call's
// arguments, and what their users' programs see as last_errno() == 0.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {

[[noreturn]] inline void refuse(const std::string& why) {
  throw Error(Errc::Failed, why);
}

// The value itself, if there is one; refuses one that is less.
template <typename T>
const std::optional<T>& at_least(std::type_identity_t<T> least,
                                 const std::optional<T>& value,
                                 const char* name) {
  if (value && *value < least)
    refuse(base::cat(name, " must be >= ", least));
  return value;
}

// An errno that the field's tools do not tell either, because a program of theirs has it.
template <typename Action>
auto without_errno(Action&& action) {
  try {
    return action();
  } catch (const Error& e) {
    refuse(e.what());
  }
}

}  // namespace glovebox::guestd
