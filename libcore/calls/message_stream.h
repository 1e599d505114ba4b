// SPDX-License-Identifier: LGPL-2.1-or-later
//
// MessageStream: the library's end of the bytes to and from guestd, on a connected socket that it
// owns and makes non-blocking. It queues what is to be sent, buffers what came, and cuts that into
// items; it never waits. What comes is foreign: an item larger than the protocol allows is
// Error(Corrupt). One thread at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace glovebox::calls {

struct Incoming {
  enum class Kind { Launch, Cancel, Taken, Progress, Message };
  Kind kind;
  // Of Progress: the progress message. Of Message: a message or a file chunk without its length
  // word. Borrowed until the next receive().
  std::string_view bytes = {};
};

class MessageStream {
 public:
  explicit MessageStream(base::UniqueFd socket);

  void queue(std::string_view bytes) { out_.append(bytes); }
  size_t queued() const { return out_.size() - out_at_; }
  // Sends what the socket takes now. Throws Died if the other end is gone.
  void flush();

  // Takes what has come. Throws Died at the end of the stream.
  void receive();
  // The next item, if all of it is there. Throws Corrupt.
  std::optional<Incoming> next();

  int fd() const { return socket_.get(); }

 private:
  std::string_view buffered() const { return {in_.data() + begin_, end_ - begin_}; }
  void make_room();

  base::UniqueFd socket_;
  std::string out_;
  size_t out_at_ = 0;
  std::vector<char> in_;
  size_t begin_ = 0;  // of in_, what is not used up yet
  size_t end_ = 0;
};

}  // namespace glovebox::calls
