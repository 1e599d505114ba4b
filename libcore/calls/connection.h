// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Connection: the library's side of the message stream (docs/protocol.md). It carries one call at a
// time to guestd and brings the reply back, moves the file that goes with a call, hands progress to
// the observer, and ends a call that the caller cancels.
//
// No wait is without a limit (Patience). guestd says "still at work" every second or so, which
// shows that its machine runs and no more: a file has to move, or the machine has to work. Against
// an appliance that works to no end there is set_time_left().
//
// After an error that leaves the two ends in disagreement about where the next message begins (the
// appliance died, went silent, or sent nonsense) the connection is broken for good, and every
// further call fails with Died.
//
// One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/canceller.h"
#include "base/deadline.h"
#include "base/unique_fd.h"
#include "calls/message_stream.h"
#include "calls/transfer_disk.h"
#include "glovebox/calls.h"

namespace glovebox::calls {

// How far a call is. `total` is not 0.
struct Progress {
  uint32_t procedure;
  uint32_t serial;  // of the call on this connection
  uint64_t position;
  uint64_t total;
};

// Hears of what happens during a call, in the thread of the call, some ten times a second at most.
// An exception that leaves it breaks the connection.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void progress(const Progress& progress) = 0;
};

// What the other end does while a call waits for it: the machine in which guestd runs. Used in the
// thread of the call.
class MachineWatch {
 public:
  virtual ~MachineWatch() = default;
  // Readable when there is something for require_running to take; negative if there never is.
  virtual int fd() const = 0;
  // Throws Died with the reason if the machine does not run any more.
  virtual void require_running() = 0;
  // How long the machine has shown no sign of life since start_idle().
  virtual void start_idle() = 0;
  virtual std::chrono::milliseconds idle() = 0;
  // How long the machine has done no more work than guestd's "still at work" costs, since
  // start_rest().
  virtual void start_rest() = 0;
  virtual std::chrono::milliseconds rest() = 0;
};

// How long to wait; tests are less patient.
struct Patience {
  // Without a word from guestd.
  std::chrono::milliseconds longest_silence = std::chrono::seconds(60);
  // Without a word from guestd and without a sign of life of its machine.
  std::chrono::milliseconds longest_idle = std::chrono::seconds(30);
  // While a file is on its way: without a byte of it and, where the call makes something of the
  // guest's bytes (CallInfo::copies is false), without work of the machine.
  std::chrono::milliseconds longest_standstill = std::chrono::seconds(60);
  // In other calls: without work of the machine.
  std::chrono::milliseconds longest_rest = std::chrono::minutes(20);
  // After cancelling, how long guestd has to end the call.
  std::chrono::milliseconds cancel_grace = std::chrono::seconds(10);
};

class Connection {
 public:
  // `socket`: a connected stream socket, the other end of guestd's port. `canceller` outlives this
  // and ends the running call as soon as possible, see call(); without a running call it does
  // nothing. Without a transfer disk files travel through the socket alone. `machine`, if there is
  // one, outlives this.
  Connection(base::UniqueFd socket,
             base::Canceller& canceller,
             const Patience& patience = {},
             std::unique_ptr<TransferDisk> transfer_disk = nullptr,
             MachineWatch* machine = nullptr);

  // Waits for the launch word of an appliance that boots; a clone has sent it before it was saved.
  void wait_launch(const base::Deadline& deadline);

  // Runs one call and returns the XDR bytes of its reply. Errors begin with the call's name: Remote
  // with the guest's errno, Cancelled, Died, Timeout, Corrupt, or System for the local file.
  std::string call(const CallInfo& call, const Request& request, Observer& observer);

  // How long the calls from now on may take together, without the time that they wait for the
  // caller's own file or pipe. A call that takes longer is Error(Timeout) with this message, and
  // the connection is broken.
  void set_time_left(std::chrono::milliseconds time, const std::string& message);
  // Only what Patience says counts.
  void set_time_unlimited() { time_left_.reset(); }
  std::optional<std::chrono::milliseconds> time_left() const { return time_left_; }

  // Whether no further call can succeed.
  bool broken() const { return broken_; }

 private:
  MessageStream stream_;
  const std::unique_ptr<TransferDisk> transfer_disk_;
  base::Canceller& canceller_;
  const Patience patience_;
  MachineWatch* const machine_;
  std::optional<std::chrono::milliseconds> time_left_;
  std::string time_is_up_;
  uint32_t next_serial_;
  bool broken_ = false;
};

}  // namespace glovebox::calls
