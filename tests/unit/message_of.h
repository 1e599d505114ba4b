// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the Error says that an action throws; "no error" if it throws none.
#pragma once

#include <string>

#include "glovebox/error.h"

namespace glovebox {

template <typename Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace glovebox
