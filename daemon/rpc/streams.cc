// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/streams.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kOwnBuffer = 128 * 1024;

[[noreturn]] void throw_cancelled() {
  throw Error(Errc::Cancelled, "cancelled by the caller", EINTR);
}

}  // namespace

proto::Chunk FileInStream::read_chunk() {
  state_ = State::Lost;  // unless all goes well
  const uint32_t length = port_.read_word();
  if (length > proto::kMaxChunkMessage)
    throw LostSynchronization(base::cat("file chunk of ", length, " bytes"));
  buffer_.resize(length);
  port_.read_exactly(buffer_.data(), length);
  return decode(buffer_);
}

proto::Chunk FileInStream::decode(std::string_view bytes) {
  proto::Chunk chunk;
  try {
    proto::XdrReader in(bytes);
    read(in, chunk);
    in.finish();
  } catch (const Error& e) {
    throw LostSynchronization(base::cat("file chunk: ", e.what()));
  }
  if (chunk.stored && !disk_)
    throw LostSynchronization("file chunk on a transfer disk, but there is none");
  const bool at_end = chunk.data.empty() && !chunk.stored;
  state_ = chunk.cancelled ? State::Cancelled : at_end ? State::AtEnd : State::Open;
  if (state_ != State::Open)
    watch_.listen();
  return chunk;
}

void FileInStream::count_taken() {
  if (++taken_ % proto::kSlotsPerTaken == 0)
    port_.write(proto::frame(proto::kTakenFlag));
}

std::string_view FileInStream::next() {
  if (std::exchange(piece_in_use_, false))
    count_taken();
  if (state_ == State::AtEnd)
    return {};
  const proto::Chunk chunk = state_ == State::Open ? read_chunk() : proto::Chunk{};
  if (state_ == State::Cancelled)
    throw_cancelled();
  if (!chunk.stored)
    return chunk.data;
  piece_in_use_ = true;
  return disk_->load(*chunk.stored);
}

void FileInStream::drain(bool stop) {
  if (state_ == State::Open && stop)
    port_.write(proto::frame(proto::kCancelFlag));
  if (std::exchange(piece_in_use_, false))
    count_taken();
  while (state_ == State::Open)
    if (read_chunk().stored)
      count_taken();
  if (state_ == State::Lost)
    throw LostSynchronization("in the file that came with the call");
}

FileOutStream::FileOutStream(Port& port,
                             CallWatch& watch,
                             TransferDisk* disk,
                             const proto::Header& reply_header)
    : port_(port),
      watch_(watch),
      disk_(disk),
      reply_header_(reply_header),
      own_buffer_(disk ? 0 : kOwnBuffer, '\0'),
      buffer_(disk ? disk->buffer() : std::span(own_buffer_)) {}

void FileOutStream::start() {
  if (started_)
    return;
  started_ = true;
  frames_ = proto::frame(reply_header_, {});
}

void FileOutStream::queue_chunks(std::string_view bytes) {
  for (size_t at = 0; at < bytes.size(); at += proto::kMaxChunk)
    frames_ += proto::frame(proto::Chunk{.data = bytes.substr(at, proto::kMaxChunk)});
}

void FileOutStream::send_stored() {
  const proto::StoredPiece piece{.slot = slots_sent_ % proto::kSlots,
                                 .bytes = static_cast<uint32_t>(filled_)};
  disk_->store(piece);
  ++slots_sent_;
  frames_ += proto::frame(proto::Chunk{.stored = piece});
}

void FileOutStream::send_buffer() {
  if (!disk_)
    queue_chunks({buffer_.data(), filled_});
  else if (watch_.wait_for_slot(slots_sent_))
    send_stored();
  else
    throw_cancelled();
  filled_ = 0;
  port_.write(std::exchange(frames_, {}));
}

void FileOutStream::commit(size_t count) {
  if (watch_.cancelled())
    throw_cancelled();
  start();
  filled_ += count;
  if (filled_ == buffer_.size())
    send_buffer();
}

void FileOutStream::write(std::string_view bytes) {
  do {
    const size_t count = std::min(room().size(), bytes.size());
    std::memcpy(room().data(), bytes.data(), count);
    commit(count);
    bytes.remove_prefix(count);
  } while (!bytes.empty());
}

void FileOutStream::finish() {
  start();
  // The watch has ended, so nobody could wait for a slot any more.
  if (disk_ && filled_ >= proto::kMinStored && watch_.slot_is_free(slots_sent_))
    send_stored();
  else
    queue_chunks({buffer_.data(), filled_});
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
