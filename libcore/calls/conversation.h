// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Conversation: one call on a MessageStream, from the request to the last chunk of its file. A call
// with a file in sends chunks until the end, the caller's cancel, or guestd's cancel word, and then
// awaits the reply; a call with a file out awaits the reply, then takes chunks. Whatever is sent,
// what comes meanwhile is read: otherwise both ends could wait for each other with full buffers.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "calls/connection.h"
#include "calls/local_file.h"
#include "calls/message_stream.h"
#include "calls/transfer_disk.h"
#include "glovebox/calls.h"

namespace glovebox::calls {

class Conversation {
 public:
  // What a connection lends to each of its calls.
  struct Means {
    MessageStream& stream;
    TransferDisk* disk;  // may be null
    int cancel_fd;       // readable when the caller cancels
    const Patience& patience;
    MachineWatch* machine;                               // may be null
    std::optional<std::chrono::milliseconds> time_left;  // for this call ...
    const std::string& time_is_up;                       // ... and what to say then
  };
  // Everything is borrowed.
  Conversation(const Means& means, const CallInfo& call, uint32_t serial, Observer& observer);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // The XDR bytes of the reply, or an Error without the call's name.
  std::string run(const Request& request);

  // Whether the stream stands at the beginning of a message, now that run() has returned or thrown.
  bool in_step() const { return in_step_; }
  // How long the call has taken, without waiting for the caller's file.
  std::chrono::milliseconds spent() const;

 private:
  void send_request(const Request& request, uint64_t size_hint);
  void send_file(LocalReader& file);
  bool slots_are_full() const { return disk_ && slots_sent_ - slots_taken_ == proto::kSlots; }
  // Queues `bytes` as chunks; if they lie in the next slot and are worth it, as one that says so.
  void queue_piece(std::string_view bytes);
  // guestd has taken kSlotsPerTaken slots.
  void note_taken();
  std::string_view await_reply();
  std::string_view await_message();
  std::string take_reply(std::string_view message, bool file_follows);
  void receive_file(LocalWriter& file);
  // The bytes that a chunk means.
  std::string_view contents(const proto::Chunk& chunk);
  void count_taken();
  [[noreturn]] void throw_remote(std::string_view error_reply) const;
  [[noreturn]] void throw_cancelled() const;
  void throw_local_error();

  // The next item that is no progress message, if it is there.
  std::optional<Incoming> next_item();
  void show_progress(std::string_view bytes);
  // Takes what has come, and notes a cancel, without waiting.
  void look();
  // Sends what the socket takes.
  void flush();
  // The same, then waits until bytes came or could go, local_fd has some, or the
  // caller cancelled. Throws Timeout and Died when it is no use to wait.
  void wait(int local_fd = -1);
  // False if none of that happened before the deadline.
  bool look(int local_fd, const base::Deadline& deadline);
  // Throws when the call has had all of its time.
  void require_time_left();
  // Throws when the appliance has stood still for too long, heartbeats or not.
  void require_movement();
  // A piece of the file has moved, or could not because of the caller.
  void note_movement();
  // Whether a piece of the file is on its way, or has to come.
  bool moves_file() const;
  // Does something that waits for the caller's file, which is no time of the appliance.
  template <typename Action>
  void with_caller(const Action& action);
  // Throws when the machine, or guestd in it, has been silent for too long since `begin`.
  void require_life(base::Deadline::Clock::time_point begin);
  // Once guestd had all the time that it gets to stop, gives up on it.
  void check_grace();
  void note_cancel();
  void stop_guestd();

  MessageStream& stream_;
  TransferDisk* const disk_;
  const int cancel_fd_;
  const Patience& patience_;
  MachineWatch* const machine_;
  const std::optional<std::chrono::milliseconds> time_left_;
  const std::string& time_is_up_;
  const base::Deadline::Clock::time_point begin_ = base::Deadline::Clock::now();
  base::Deadline::Clock::duration with_caller_{0};  // time that was not the appliance's
  std::optional<base::Deadline::Clock::time_point> with_caller_since_;  // set while it is not
  base::Deadline::Clock::time_point last_movement_ = begin_;  // or the beginning of the call
  base::Deadline::Clock::time_point last_look_ = begin_;      // of require_movement()
  bool rests_ = false;                                        // start_rest() has been called since
  base::Deadline::Clock::time_point last_shown_{};            // progress
  bool shown_all_ = false;                                    // of the work, the last time
  const CallInfo& call_;
  const uint32_t serial_;
  Observer& observer_;
  bool in_step_ = true;
  bool sending_file_ = false;
  bool receiving_file_ = false;
  bool cancelled_ = false;
  uint32_t slots_sent_ = 0;   // slots of the transfer disk that were given to the receiver ...
  uint32_t slots_taken_ = 0;  // ... and that it is through with
  std::optional<base::Deadline> grace_;  // when cancelled, until when guestd may go on
  std::exception_ptr local_error_;       // of the local file; thrown once guestd has stopped
};

}  // namespace glovebox::calls
