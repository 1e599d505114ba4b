// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/checked.h"

#include <string>

#include "base/error.h"

namespace glovebox::base {

void throw_overflow(std::string_view what) {
  throw Error(Errc::Corrupt, std::string(what) + " is out of range");
}

}  // namespace glovebox::base
