// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/call_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "proto/message.h"

namespace glovebox::guestd {

CallWatch::CallWatch(Port& port) : port_(port), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_fd_.valid())
    base::throw_errno("eventfd");
  thread_ = std::thread([this] { run(); });
}

CallWatch::~CallWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake();
  thread_.join();
}

void CallWatch::wake() {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then the thread is awake.
  [[maybe_unused]] const ssize_t ignored = write(wake_fd_.get(), &one, sizeof one);
}

void CallWatch::begin(uint32_t procedure, uint32_t serial, bool listen) {
  {
    const std::lock_guard lock(mutex_);
    active_ = true;
    listening_ = listen;
    procedure_ = procedure;
    serial_ = serial;
    slots_taken_ = 0;
    cancelled_ = false;
  }
  wake();
}

void CallWatch::listen() {
  {
    const std::lock_guard lock(mutex_);
    listening_ = active_;
  }
  wake();
}

void CallWatch::end() {
  const std::lock_guard lock(mutex_);
  active_ = false;
  listening_ = false;
}

bool CallWatch::slot_is_free(uint32_t piece) {
  const std::lock_guard lock(mutex_);
  return is_free(piece);
}

bool CallWatch::wait_for_slot(uint32_t piece) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return cancelled_ || is_free(piece); });
  return !cancelled_;
}

void CallWatch::look_for_words() {
  try {
    auto word = port_.peek_word();
    for (; word == proto::kTakenFlag; word = port_.peek_word()) {
      port_.skip_word();
      slots_taken_ += proto::kSlotsPerTaken;
    }
    if (word) {
      // Anything but a cancel word is the next request, come early: it waits for its turn.
      listening_ = false;
      if (*word == proto::kCancelFlag) {
        port_.skip_word();
        cancelled_ = true;
      }
    }
  } catch (const Disconnected&) {
    listening_ = false;
    cancelled_ = true;
  }
  changed_.notify_all();
}

void CallWatch::run() {
  for (;;) {
    pollfd fds[2] = {{wake_fd_.get(), POLLIN, 0}, {-1, POLLIN, 0}};
    std::unique_lock lock(mutex_);
    if (stop_)
      return;
    const int timeout = active_ ? static_cast<int>(kHeartbeat.count()) : -1;
    if (listening_)
      fds[1].fd = port_.fd();
    lock.unlock();

    poll(fds, 2, timeout);
    if (fds[0].revents) {
      uint64_t count;
      [[maybe_unused]] const ssize_t ignored = read(wake_fd_.get(), &count, sizeof count);
    }

    lock.lock();
    if (fds[1].revents && !listening_)
      port_.look_again();
    if (!active_)
      continue;
    if (listening_)
      look_for_words();
    try {
      port_.try_write(proto::frame(proto::ProgressMessage{procedure_, serial_, 0, 0}),
                      Port::Clock::now() - kHeartbeat);
    } catch (const Disconnected&) {
      cancelled_ = true;
      changed_.notify_all();
    }
  }
}

}  // namespace glovebox::guestd
