// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/message_stream.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "proto/message.h"

namespace glovebox::calls {
namespace {

constexpr size_t kReadSize = 256 * 1024;

[[noreturn]] void throw_died() {
  throw Error(Errc::Died, "appliance closed the connection unexpectedly.", EPIPE);
}

}  // namespace

MessageStream::MessageStream(base::UniqueFd socket) : socket_(std::move(socket)) {
  const int flags = fcntl(socket_.get(), F_GETFL);
  if (flags < 0 || fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK) != 0)
    base::throw_errno("connection to the appliance");
}

void MessageStream::flush() {
  while (queued() > 0) {
    const ssize_t n = send(socket_.get(), out_.data() + out_at_, queued(), MSG_NOSIGNAL);
    if (n >= 0)
      out_at_ += static_cast<size_t>(n);
    else if (errno == EPIPE || errno == ECONNRESET)
      throw_died();
    else if (errno == EAGAIN)
      return;
    else if (errno != EINTR)
      base::throw_errno("connection to the appliance: send");
  }
  out_.clear();
  out_at_ = 0;
}

void MessageStream::make_room() {
  if (begin_ > 0) {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (in_.size() < end_ + kReadSize)
    in_.resize(end_ + kReadSize);
}

void MessageStream::receive() {
  make_room();
  const ssize_t n = recv(socket_.get(), in_.data() + end_, kReadSize, 0);
  if (n > 0)
    end_ += static_cast<size_t>(n);
  else if (n == 0 || errno == ECONNRESET || errno == EPIPE)
    throw_died();
  else if (errno != EAGAIN && errno != EINTR)
    base::throw_errno("connection to the appliance: receive");
}

std::optional<Incoming> MessageStream::next() {
  if (buffered().size() < 4)
    return std::nullopt;
  const uint32_t word = proto::XdrReader(buffered()).uint32();
  Incoming item{.kind = Incoming::Kind::Message};
  size_t length = word;
  if (word == proto::kLaunchFlag || word == proto::kCancelFlag || word == proto::kTakenFlag) {
    item.kind = word == proto::kLaunchFlag   ? Incoming::Kind::Launch
                : word == proto::kCancelFlag ? Incoming::Kind::Cancel
                                             : Incoming::Kind::Taken;
    length = 0;
  } else if (word == proto::kProgressFlag) {
    item.kind = Incoming::Kind::Progress;
    length = proto::ProgressMessage::kSize;
  } else if (word > proto::kMaxMessage) {
    throw Error(Errc::Corrupt, base::cat("message length (", word, ") > maximum possible size (",
                                         proto::kMaxMessage, ")"));
  }
  if (buffered().size() - 4 < length)
    return std::nullopt;
  item.bytes = buffered().substr(4, length);
  begin_ += 4 + length;
  return item;
}

}  // namespace glovebox::calls
