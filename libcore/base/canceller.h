// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Canceller: how one thread, or a signal handler, tells another to stop what it waits for. The
// waiting side polls fd() beside its own descriptor; it stays readable until clear(). Outlives both.
#pragma once

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::base {

class Canceller {
 public:
  Canceller();

  // Async-signal-safe; from any thread.
  void cancel() noexcept;
  // Forgets a cancel() that came before.
  void clear() noexcept;
  bool cancelled() const noexcept;
  int fd() const { return event_.get(); }

  // Waits for an event on `other`; false when time is up. Throws Error(Cancelled).
  bool wait_for(int other, short events, const Deadline& deadline) const;
  // Sleeps. Throws Error(Cancelled).
  void sleep(std::chrono::milliseconds time) const;

 private:
  UniqueFd event_;
};

}  // namespace glovebox::base
