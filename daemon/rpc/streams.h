// SPDX-License-Identifier: GPL-2.0-or-later
//
// The files that come with a call. FileInStream gives what the library sends, piece by piece;
// FileOutStream sends to the library. Both throw Cancelled when the caller has cancelled. They
// borrow the port for the call, and belong to its thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/rpc/call_watch.h"
#include "daemon/rpc/port.h"
#include "proto/message.h"

namespace glovebox::guestd {

class FileInStream {
 public:
  FileInStream(Port& port, CallWatch& watch, uint64_t size_hint)
      : port_(port), watch_(watch), size_hint_(size_hint) {}

  // The next piece of the file, empty at its end; valid until the next call. Throws Cancelled.
  std::string_view next();

  // How many bytes will come, 0 if the library does not know.
  uint64_t size_hint() const { return size_hint_; }

  // For Call: takes what is left so that the stream stands at the next message. With `stop` the
  // library is asked to send no more.
  void drain(bool stop);

 private:
  enum class State { Open, AtEnd, Cancelled, Lost };
  // Reads one chunk; returns its data, and sets the state when it is the last.
  std::string_view read_chunk();
  std::string_view decode(std::string_view bytes);

  Port& port_;
  CallWatch& watch_;
  const uint64_t size_hint_;
  State state_ = State::Open;
  std::string buffer_;
};

class FileOutStream {
 public:
  FileOutStream(Port& port, const CallWatch& watch, const proto::Header& reply_header)
      : port_(port), watch_(watch), reply_header_(reply_header) {}

  // Sends bytes of the file, of any length, soon or with what follows. Throws Cancelled.
  void write(std::string_view bytes);

  // For Call. The reply goes out with the first bytes; until then a failure can still be an
  // ordinary error reply.
  bool started() const { return started_; }
  void finish();
  void abort(const proto::ErrorReply& error);

 private:
  void start();
  void send_chunk(const proto::Chunk& chunk);

  Port& port_;
  const CallWatch& watch_;
  const proto::Header reply_header_;
  bool started_ = false;
  std::string pending_;  // less than a chunk
  std::string frames_;   // whole chunks; sent together, since each write wakes the host
};

}  // namespace glovebox::guestd
