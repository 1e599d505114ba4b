// SPDX-License-Identifier: GPL-2.0-or-later
//
// CallWatch: a second thread that looks after the port while the first one works on a call. It says
// "still at work" when nothing was sent for kHeartbeat, and it notices that the caller cancelled or
// went away, or has taken slots of the transfer disk. A call whose file still comes in reads the
// port itself; the watch keeps its hands off until listen().
//
// At rest the thread sleeps without a timer. Construct it after the last fork.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/unique_fd.h"
#include "daemon/rpc/port.h"
#include "proto/message.h"

namespace glovebox::guestd {

class CallWatch {
 public:
  static constexpr std::chrono::milliseconds kHeartbeat{1000};

  explicit CallWatch(Port& port);
  ~CallWatch();
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;

  // A call starts; `listen` says whether the watch may read the port.
  void begin(uint32_t procedure, uint32_t serial, bool listen);
  void listen();
  // The call is over: on return the watch neither reads nor writes.
  void end();

  // Whether the caller has cancelled the running call, or is gone.
  bool cancelled() const { return cancelled_; }

  // Of a call that listens: whether the caller is through with what was in the slot that piece
  // number `piece` (from 0) of its file goes to.
  bool slot_is_free(uint32_t piece);
  // Waits for it; false if the caller cancelled.
  bool wait_for_slot(uint32_t piece);

 private:
  void run();
  // Both with mutex_ held.
  void look_for_words();
  bool is_free(uint32_t piece) const { return piece < slots_taken_ + proto::kSlots; }
  void wake();

  Port& port_;
  base::UniqueFd wake_fd_;
  std::mutex mutex_;  // the six below
  std::condition_variable changed_;
  bool active_ = false;
  bool listening_ = false;
  bool stop_ = false;
  uint32_t procedure_ = 0;
  uint32_t serial_ = 0;
  uint32_t slots_taken_ = 0;
  std::atomic<bool> cancelled_ = false;
  std::thread thread_;
};

}  // namespace glovebox::guestd
