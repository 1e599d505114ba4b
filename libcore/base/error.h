// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Throwing and wrapping glovebox::Error (see glovebox/error.h for the type and the rules).
#pragma once

#include <string>
#include <utility>

#include "glovebox/error.h"

namespace glovebox::base {

// Throws System with "what: strerror(errno)" and errno; reads errno first, so build `what` with
// care not to change it.
[[noreturn]] void throw_errno(const std::string& what);
[[noreturn]] void throw_errno(const std::string& what, int errnum);

// strerror for one value, thread-safe ("No such file or directory").
std::string errno_text(int errnum);

// For an error that a limit of this process may be the cause of: " (this process may have 20; raise
// that with 'ulimit -n')". Empty if there is no such limit. throw_errno says it.
std::string limit_advice(int errnum);

// The same for a process or a thread that could not be started for EAGAIN, which elsewhere means
// other things.
std::string start_advice();
// throw_errno with that advice, if the error calls for it.
[[noreturn]] void throw_start_errno(const std::string& what, int errnum);

// Runs `action`; an Error leaving it gets `context` put before its message.
template <typename Action>
auto with_context(const std::string& context, Action&& action) {
  try {
    return std::forward<Action>(action)();
  } catch (Error& e) {
    e.in(context);
    throw;
  }
}

}  // namespace glovebox::base
