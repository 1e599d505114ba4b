// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Deadline: a point on the monotonic clock after which a wait gives up. Every wait in Glovebox
// takes one. A value.
#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <span>

namespace glovebox::base {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline after(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }

  bool passed() const { return Clock::now() >= at_; }
  // Time left, never negative.
  std::chrono::milliseconds left() const;
  // The earlier of the two.
  Deadline min(const Deadline& other) const { return at_ < other.at_ ? *this : other; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

// poll(2) that restarts after signals until the deadline. Returns how many entries have events, 0
// when time is up.
int poll_until(std::span<pollfd> fds, const Deadline& deadline);

// Waits for one event on one descriptor; false when time is up.
bool wait_for(int fd, short events, const Deadline& deadline);

}  // namespace glovebox::base
