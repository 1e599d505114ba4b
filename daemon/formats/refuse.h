// SPDX-License-Identifier: GPL-2.0-or-later
//
// A refusal without an errno: what the field's tools answer to most of what is wrong with a call's
// arguments, and what their users' programs see as last_errno() == 0.
#pragma once

#include <string>

#include "base/error.h"

namespace glovebox::guestd {

[[noreturn]] inline void refuse(const std::string& why) {
  throw Error(Errc::Remote, why);
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
