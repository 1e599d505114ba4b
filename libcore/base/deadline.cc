// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/deadline.h"

#include <algorithm>
#include <cerrno>

#include "base/error.h"

namespace glovebox::base {

std::chrono::milliseconds Deadline::left() const {
  const auto time = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now());
  return std::max(time, std::chrono::milliseconds(0));
}

int poll_until(std::span<pollfd> fds, const Deadline& deadline) {
  constexpr std::chrono::milliseconds kLongest{60'000};
  for (;;) {
    const auto slice = std::min(deadline.left(), kLongest);
    const int ready = poll(fds.data(), fds.size(), static_cast<int>(slice.count()));
    if (ready > 0)
      return ready;
    if (ready < 0 && errno != EINTR)
      throw_errno("poll");
    if (deadline.passed())
      return 0;
  }
}

bool wait_for(int fd, short events, const Deadline& deadline) {
  pollfd entry{fd, events, 0};
  return poll_until({&entry, 1}, deadline) > 0;
}

}  // namespace glovebox::base
