// SPDX-License-Identifier: GPL-2.0-or-later
//
// The files that come with a call. FileInStream gives what the library sends, piece by piece;
// FileOutStream sends to the library. Both throw Cancelled when the caller has cancelled. Large
// pieces go over the transfer disk, if there is one. They borrow port, watch and disk for the call,
// and belong to its thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "daemon/rpc/call_watch.h"
#include "daemon/rpc/port.h"
#include "daemon/rpc/transfer_disk.h"
#include "proto/message.h"

namespace glovebox::guestd {

class FileInStream {
 public:
  FileInStream(Port& port, CallWatch& watch, TransferDisk* disk, uint64_t size_hint)
      : port_(port), watch_(watch), disk_(disk), size_hint_(size_hint) {}

  // The next piece of the file, empty at its end; valid until the next call. A large one is aligned
  // for direct I/O. Throws Cancelled.
  std::string_view next();

  // How many bytes will come, 0 if the library does not know.
  uint64_t size_hint() const { return size_hint_; }

  // For Call: takes what is left so that the stream stands at the next message. With `stop` the
  // library is asked to send no more.
  void drain(bool stop);

 private:
  enum class State { Open, AtEnd, Cancelled, Lost };
  // Reads one chunk, and sets the state when it is the last. Its data is valid until the next one.
  proto::Chunk read_chunk();
  proto::Chunk decode(std::string_view bytes);
  // Says now and then how much of the transfer disk is free again.
  void count_taken();

  Port& port_;
  CallWatch& watch_;
  TransferDisk* const disk_;
  const uint64_t size_hint_;
  State state_ = State::Open;
  bool piece_in_use_ = false;  // what next() gave last is in a slot that counts as taken only now
  uint32_t taken_ = 0;
  std::string buffer_;
};

class FileOutStream {
 public:
  FileOutStream(Port& port,
                CallWatch& watch,
                TransferDisk* disk,
                const proto::Header& reply_header);

  // Sends bytes of the file, of any length, soon or with what follows. Throws Cancelled.
  void write(std::string_view bytes);

  // The same without a copy: put bytes at the beginning of room(), which is never empty, then say
  // how many. An empty stream's room is aligned for direct I/O.
  std::span<char> room() { return buffer_.subspan(filled_); }
  void commit(size_t count);

  // For Call. The reply goes out with the first bytes; until then a failure can still be an
  // ordinary error reply.
  bool started() const { return started_; }
  void finish();
  void abort(const proto::ErrorReply& error);

 private:
  void start();
  // Sends what the buffer holds.
  void send_buffer();
  void send_stored();
  void queue_chunks(std::string_view bytes);

  Port& port_;
  CallWatch& watch_;
  TransferDisk* const disk_;
  const proto::Header reply_header_;
  bool started_ = false;
  std::string own_buffer_;  // without a transfer disk
  std::span<char> buffer_;
  size_t filled_ = 0;
  uint32_t slots_sent_ = 0;
  std::string frames_;  // whole items; sent together, since each write wakes the host
};

}  // namespace glovebox::guestd
