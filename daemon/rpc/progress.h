// SPDX-License-Identifier: GPL-2.0-or-later
//
// Progress: how a long call tells the caller how far it is, and learns that it should stop.
// Messages are rare (the first after kInitialDelay, then kInterval apart), so report() may be
// called for every block. For the call's own thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "daemon/rpc/call_watch.h"
#include "daemon/rpc/port.h"

namespace glovebox::guestd {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kInitialDelay{2000};
  static constexpr std::chrono::milliseconds kInterval{333};

  Progress(Port& port, const CallWatch& watch, uint32_t procedure, uint32_t serial)
      : port_(port), watch_(watch), procedure_(procedure), serial_(serial) {}

  // `position` of `total` is done; the unit is the caller's to choose. Throws Cancelled if the
  // caller cancelled.
  void report(uint64_t position, uint64_t total);
  // For work whose end is not in sight: something was done, which guestfs(3) calls pulse mode.
  // Throws Cancelled.
  void pulse() { report(0, 1); }

  bool cancelled() const { return watch_.cancelled(); }
  void throw_if_cancelled() const;

  // The call succeeded: if it ever reported, the last report says all of it.
  void finish();

 private:
  void send(uint64_t position, uint64_t total);

  Port& port_;
  const CallWatch& watch_;
  const uint32_t procedure_;
  const uint32_t serial_;
  Clock::time_point next_ = Clock::now() + kInitialDelay;
  uint64_t last_total_ = 0;  // 0: nothing was sent
  bool complete_ = false;
};

}  // namespace glovebox::guestd
