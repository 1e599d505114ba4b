// SPDX-License-Identifier: GPL-2.0-or-later
//
// Being told to stop. While a CatchSignals lives, the first SIGINT, SIGTERM or SIGHUP is only
// noted, so that the program can clean up, and a second one ends the process at once. A
// CancelOnSignal also cancels the handle's running call. The process has one at a time: signal
// handlers have no argument.
#pragma once

#include "glovebox/handle.h"

namespace glovebox::tools {

class CatchSignals {
 public:
  CatchSignals();
};

class CancelOnSignal {
 public:
  explicit CancelOnSignal(Handle& handle);
  CancelOnSignal(const CancelOnSignal&) = delete;
  CancelOnSignal& operator=(const CancelOnSignal&) = delete;
  ~CancelOnSignal();

 private:
  CatchSignals catch_signals_;
};

// The signal that arrived since; 0 if none.
int signal_received();

// Throws Cancelled if one has: for work between calls.
void throw_if_signalled();

// Ends the process as that signal does by default, so that a shell sees it.
[[noreturn]] void die_of(int signal);

// For every program: SIGPIPE is ignored (writes fail with EPIPE instead), and descriptors 0 to 2
// are open, so that no guest's image is ever opened as stdout.
void prepare_process();

}  // namespace glovebox::tools
