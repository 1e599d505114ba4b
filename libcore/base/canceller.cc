// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/canceller.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

#include "base/error.h"

namespace glovebox::base {

Canceller::Canceller() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.valid())
    throw_errno("eventfd");
}

void Canceller::cancel() noexcept {
  const int saved_errno = errno;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = write(event_.get(), &one, sizeof one);
  errno = saved_errno;
}

void Canceller::clear() noexcept {
  uint64_t count;
  [[maybe_unused]] const ssize_t ignored = read(event_.get(), &count, sizeof count);
}

bool Canceller::cancelled() const noexcept {
  pollfd entry{event_.get(), POLLIN, 0};
  return poll(&entry, 1, 0) > 0;
}

bool Canceller::wait_for(int other, short events, const Deadline& deadline) const {
  std::array<pollfd, 2> entries{{{event_.get(), POLLIN, 0}, {other, events, 0}}};
  const int ready = poll_until(entries, deadline);
  if (entries[0].revents != 0)
    throw Error(Errc::Cancelled, "cancelled", ECANCELED);
  return ready > 0;
}

void Canceller::sleep(std::chrono::milliseconds time) const {
  wait_for(-1, 0, Deadline::after(time));
}

}  // namespace glovebox::base
