// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the supervisor throws when it cannot go on: one line for people. It has its own small type,
// since the library's errors bring iostreams with them, and this program must start in a
// millisecond.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

namespace glovebox::vm {

struct Failure {
  std::string text;
};

// "what: No such file or directory", from errno.
[[noreturn]] inline void fail_errno(const std::string& what) {
  const int saved = errno;
  throw Failure{what + ": " + strerror(saved)};
}

}  // namespace glovebox::vm
