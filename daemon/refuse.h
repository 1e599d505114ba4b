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

}  // namespace glovebox::guestd
