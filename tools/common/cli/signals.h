// SPDX-License-Identifier: GPL-2.0-or-later
//
// Being told to stop. While a CatchSignals lives, the first SIGINT, SIGTERM or SIGHUP is noted and
// an action taken (a handle cancels its running call), so that the program can clean up; a second
// one ends the process at once. The process has one at a time: signal handlers have no argument.
#pragma once

#include <signal.h>

namespace glovebox::tools {

class CatchSignals {
 public:
  // The action, called with `object` from the signal handler: it may only do what a handler may.
  using Action = void (*)(void* object);
  explicit CatchSignals(Action action = nullptr, void* object = nullptr);
  CatchSignals(const CatchSignals&) = delete;
  CatchSignals& operator=(const CatchSignals&) = delete;
  ~CatchSignals();
};

// The signal that arrived since; 0 if none.
int signal_received();

// Throws Cancelled if one has: for work between calls.
void throw_if_signalled();

// Ends the process as that signal does by default, so that a shell sees it.
[[noreturn]] void die_of(int signal);

// For every program: SIGPIPE and SIGXFSZ are ignored (writes fail with EPIPE, or with EFBIG past
// `ulimit -f`, instead), and descriptors 0 to 2 are open, so that no guest's image is ever opened
// as stdout. Not in the library: how its callers take signals is theirs to say.
void prepare_process();

// How the two signals were set when it was made (before prepare_process), for a program that
// becomes another one: that inherits what is ignored.
class WriteSignals {
 public:
  WriteSignals();
  void restore() const;

 private:
  struct sigaction actions_[2];
};

}  // namespace glovebox::tools
