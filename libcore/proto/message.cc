// SPDX-License-Identifier: LGPL-2.1-or-later
#include "proto/message.h"

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::proto {
namespace {

// What a chunk is.
constexpr uint32_t kData = 0;
constexpr uint32_t kCancelled = 1;
constexpr uint32_t kStored = 2;

template <typename Enum>
Enum read_flag(XdrReader& in, const char* what) {
  const uint32_t value = in.uint32();
  if (value > 1)
    throw Error(Errc::Corrupt, base::cat(what, " ", value, " is not defined"));
  return static_cast<Enum>(value);
}

}  // namespace

void write(XdrWriter& out, const Header& value) {
  out.uint32(value.program);
  out.uint32(value.version);
  out.uint32(value.procedure);
  out.uint32(static_cast<uint32_t>(value.direction));
  out.uint32(value.serial);
  out.uint64(value.progress_hint);
  out.uint64(value.optargs_bitmask);
  out.uint32(static_cast<uint32_t>(value.status));
}

void read(XdrReader& in, Header& value) {
  value.program = in.uint32();
  value.version = in.uint32();
  value.procedure = in.uint32();
  value.direction = read_flag<Direction>(in, "message direction");
  value.serial = in.uint32();
  value.progress_hint = in.uint64();
  value.optargs_bitmask = in.uint64();
  value.status = read_flag<Status>(in, "message status");
}

void write(XdrWriter& out, const ErrorReply& value) {
  // A zero byte may come out of a guest's name; the rest of the text is still worth sending.
  const std::string_view text = value.text.c_str();
  out.string(value.errno_name.substr(0, kMaxErrnoName));
  out.string(text.substr(0, kMaxErrorText));
}

void read(XdrReader& in, ErrorReply& value) {
  value.errno_name = in.string(kMaxErrnoName);
  value.text = in.string(kMaxErrorText);
}

void write(XdrWriter& out, const Chunk& value) {
  if (value.stored) {
    out.uint32(kStored);
    out.uint32(value.stored->slot);
    out.uint32(value.stored->bytes);
    return;
  }
  out.uint32(value.cancelled ? kCancelled : kData);
  out.opaque(value.data.substr(0, kMaxChunk));
}

void read(XdrReader& in, Chunk& value) {
  const uint32_t kind = in.uint32();
  value = {.cancelled = kind == kCancelled};
  if (kind == kStored) {
    const StoredPiece piece{.slot = in.uint32(), .bytes = in.uint32()};
    if (piece.slot >= kSlots || piece.bytes == 0 || piece.bytes > kSlotBytes)
      throw Error(Errc::Corrupt, base::cat("file chunk of ", piece.bytes, " bytes in slot ",
                                           piece.slot, " of the transfer disk"));
    value.stored = piece;
  } else if (kind == kData || kind == kCancelled) {
    value.data = in.opaque(kMaxChunk);
  } else {
    throw Error(Errc::Corrupt, base::cat("file chunk of kind ", kind, " is not defined"));
  }
}

void write(XdrWriter& out, const ProgressMessage& value) {
  out.uint32(value.procedure);
  out.uint32(value.serial);
  out.uint64(value.position);
  out.uint64(value.total);
}

void read(XdrReader& in, ProgressMessage& value) {
  value.procedure = in.uint32();
  value.serial = in.uint32();
  value.position = in.uint64();
  value.total = in.uint64();
}

std::string frame(const Header& header, std::string_view body) {
  const size_t length = Header::kSize + body.size();
  if (length > kMaxMessage)
    throw Error(Errc::Usage,
                base::cat("message of ", length, " bytes is larger than the protocol's limit of ",
                          kMaxMessage, " bytes"),
                EMSGSIZE);
  XdrWriter out;
  out.uint32(static_cast<uint32_t>(length));
  write(out, header);
  return std::move(out).take().append(body);
}

std::string frame(const Chunk& chunk) {
  XdrWriter body;
  write(body, chunk);
  XdrWriter out;
  out.uint32(static_cast<uint32_t>(body.size()));
  return std::move(out).take().append(body.bytes());
}

std::string frame(const ProgressMessage& progress) {
  XdrWriter out;
  out.uint32(kProgressFlag);
  write(out, progress);
  return std::move(out).take();
}

std::string frame(uint32_t flag) {
  XdrWriter out;
  out.uint32(flag);
  return std::move(out).take();
}

}  // namespace glovebox::proto
