// SPDX-License-Identifier: GPL-2.0-or-later
//
// A machine as calls see it, which stops, stands still or works as a test says.
#pragma once

#include <sys/socket.h>

#include <atomic>

#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"
#include "calls/connection.h"

namespace glovebox {

class FakeMachine final : public calls::MachineWatch {
 public:
  FakeMachine() : events_(base::make_socket_pair()) {}
  void stop() {
    stopped_ = true;
    base::write_all(events_.second.get(), "x", "events");
  }

  // The event has been read, by somebody who waited for another.
  void stop_unseen() { stopped_ = true; }

  int fd() const override { return events_.first.get(); }
  void require_running() override {
    char byte;
    while (recv(events_.first.get(), &byte, 1, MSG_DONTWAIT) == 1) continue;
    if (stopped_)
      throw Error(Errc::Died, "the virtual machine stopped (internal error)");
  }
  void start_idle() override { begin_ = base::Deadline::Clock::now(); }
  std::chrono::milliseconds idle() override {
    return alive ? std::chrono::milliseconds(0) : since(begin_);
  }
  void start_rest() override { rest_begin_ = base::Deadline::Clock::now(); }
  std::chrono::milliseconds rest() override {
    return works ? std::chrono::milliseconds(0) : since(rest_begin_);
  }

  bool alive = true;
  bool works = true;

 private:
  static std::chrono::milliseconds since(base::Deadline::Clock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(base::Deadline::Clock::now() -
                                                                 begin);
  }
  base::SocketPair events_;
  std::atomic<bool> stopped_ = false;
  base::Deadline::Clock::time_point begin_;
  base::Deadline::Clock::time_point rest_begin_;
};

}  // namespace glovebox
