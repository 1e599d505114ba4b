// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/streams.h"

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kFramesPerWrite = 128 * 1024;

[[noreturn]] void throw_cancelled() {
  throw Error(Errc::Cancelled, "cancelled by the caller", EINTR);
}

}  // namespace

std::string_view FileInStream::read_chunk() {
  state_ = State::Lost;  // unless all goes well
  const uint32_t length = port_.read_word();
  if (length > proto::kMaxChunkMessage)
    throw LostSynchronization(base::cat("file chunk of ", length, " bytes"));
  buffer_.resize(length);
  port_.read_exactly(buffer_.data(), length);
  return decode(buffer_);
}

std::string_view FileInStream::decode(std::string_view bytes) {
  proto::Chunk chunk;
  try {
    proto::XdrReader in(bytes);
    read(in, chunk);
    in.finish();
  } catch (const Error& e) {
    throw LostSynchronization(base::cat("file chunk: ", e.what()));
  }
  state_ = chunk.cancelled ? State::Cancelled : chunk.data.empty() ? State::AtEnd : State::Open;
  if (state_ != State::Open)
    watch_.listen();
  return chunk.data;
}

std::string_view FileInStream::next() {
  if (state_ == State::AtEnd)
    return {};
  const std::string_view data = state_ == State::Open ? read_chunk() : std::string_view();
  if (state_ == State::Cancelled)
    throw_cancelled();
  return data;
}

void FileInStream::drain(bool stop) {
  if (state_ == State::Open && stop)
    port_.write(proto::frame(proto::kCancelFlag));
  while (state_ == State::Open) read_chunk();
  if (state_ == State::Lost)
    throw LostSynchronization("in the file that came with the call");
}

void FileOutStream::start() {
  if (started_)
    return;
  started_ = true;
  frames_ = proto::frame(reply_header_, {});
}

void FileOutStream::send_chunk(const proto::Chunk& chunk) {
  frames_ += proto::frame(chunk);
  if (frames_.size() < kFramesPerWrite)
    return;
  port_.write(frames_);
  frames_.clear();
}

void FileOutStream::write(std::string_view bytes) {
  if (watch_.cancelled())
    throw_cancelled();
  start();
  while (pending_.size() + bytes.size() >= proto::kMaxChunk) {
    const size_t n = proto::kMaxChunk - pending_.size();
    if (pending_.empty()) {
      send_chunk({.data = bytes.substr(0, n)});
    } else {
      pending_.append(bytes.substr(0, n));
      send_chunk({.data = pending_});
      pending_.clear();
    }
    bytes.remove_prefix(n);
  }
  pending_.append(bytes);
}

void FileOutStream::finish() {
  start();
  if (!pending_.empty())
    frames_ += proto::frame(proto::Chunk{.data = pending_});
  frames_ += proto::frame(proto::Chunk{});
  port_.write(frames_);
}

void FileOutStream::abort(const proto::ErrorReply& error) {
  proto::XdrWriter reason;
  // Two length words, padding, and the errno name have to fit beside the text.
  constexpr size_t kMaxReason = proto::kMaxChunk - 64;
  proto::write(reason, proto::ErrorReply{error.errno_name, error.text.substr(0, kMaxReason)});
  frames_ += proto::frame(proto::Chunk{.cancelled = true, .data = reason.bytes()});
  port_.write(frames_);
}

}  // namespace glovebox::guestd
