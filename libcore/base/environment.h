// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The process's environment. A view is good until setenv(3).
#pragma once

#include <cstdlib>
#include <string_view>

namespace glovebox::base {

// A variable that is not set is an empty one.
inline std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace glovebox::base
