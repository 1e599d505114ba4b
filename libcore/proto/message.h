// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The messages between library and guestd; docs/protocol.md is the specification. These are the
// parts that have a fixed form: header, error, chunk, progress. Decoders take foreign bytes and
// throw Error(Corrupt). Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/xdr.h"

namespace glovebox::proto {

inline constexpr uint32_t kProgram = 0x2000F5F5;
inline constexpr uint32_t kVersion = 4;

// Header and body of a message, without the length word and without the chunks that follow it.
inline constexpr uint32_t kMaxMessage = 4 * 1024 * 1024;

// Words that stand where a length is expected; all are larger than kMaxMessage.
inline constexpr uint32_t kLaunchFlag = 0xf5f55ff5;    // guestd: ready, before the first request
inline constexpr uint32_t kCancelFlag = 0xffffeeee;    // either side: stop what is under way
inline constexpr uint32_t kProgressFlag = 0xffff5555;  // guestd: a Progress follows
inline constexpr uint32_t kTakenFlag = 0xffff7777;     // either side: kSlotsPerTaken slots are free

inline constexpr uint32_t kMaxErrnoName = 32;
inline constexpr uint32_t kMaxErrorText = 65536;
inline constexpr uint32_t kMaxChunk = 8192;
inline constexpr uint32_t kFirstSerial = 0x00123400;

// The transfer disk carries the large pieces of files: one side puts a piece into a slot, sends a
// Chunk that says so, and uses the slots in turn. The receiver sends kTakenFlag whenever it has
// taken kSlotsPerTaken more of them, so that the sender knows which are free again.
inline constexpr uint32_t kSlotBytes = 512 * 1024;
inline constexpr uint32_t kSlots = 16;
inline constexpr uint32_t kSlotsPerTaken = 4;
inline constexpr uint32_t kMinStored = 16 * 1024;  // smaller pieces travel in the chunk

enum class Direction : uint32_t { Call = 0, Reply = 1 };
enum class Status : uint32_t { Ok = 0, Error = 1 };

struct Header {
  static constexpr size_t kSize = 40;

  uint32_t program = kProgram;
  uint32_t version = kVersion;
  uint32_t procedure = 0;
  Direction direction = Direction::Call;
  uint32_t serial = 0;
  uint64_t progress_hint = 0;    // of a request with FileIn: bytes that will come, 0 if not known
  uint64_t optargs_bitmask = 0;  // of a request: which optional arguments are meant
  Status status = Status::Ok;
  bool operator==(const Header&) const = default;
};
void write(XdrWriter& out, const Header& value);
void read(XdrReader& in, Header& value);

// The body of a reply with Status::Error. errno_name is "ENOENT" or "" where there is none.
struct ErrorReply {
  std::string errno_name;
  std::string text;
  bool operator==(const ErrorReply&) const = default;
};
// Longer texts are cut.
void write(XdrWriter& out, const ErrorReply& value);
void read(XdrReader& in, ErrorReply& value);

// A piece of a file. `stored` is in a slot of the transfer disk; otherwise no data ends the file.
// `cancelled` ends it early, and data is then an ErrorReply or nothing.
struct StoredPiece {
  uint32_t slot = 0;   // below kSlots
  uint32_t bytes = 0;  // 1 to kSlotBytes
  bool operator==(const StoredPiece&) const = default;
};
struct Chunk {
  bool cancelled = false;
  std::string_view data = {};  // borrowed
  std::optional<StoredPiece> stored = {};
};
void write(XdrWriter& out, const Chunk& value);
void read(XdrReader& in, Chunk& value);
inline constexpr uint32_t kMaxChunkMessage = 4 + 4 + kMaxChunk;

// Follows kProgressFlag. A total of 0 says nothing but "still at work".
struct ProgressMessage {
  static constexpr size_t kSize = 24;

  uint32_t procedure = 0;
  uint32_t serial = 0;
  uint64_t position = 0;
  uint64_t total = 0;
  bool operator==(const ProgressMessage&) const = default;
};
void write(XdrWriter& out, const ProgressMessage& value);
void read(XdrReader& in, ProgressMessage& value);

// Length word, header, body: a whole message. Error(Usage) if it is larger than kMaxMessage.
std::string frame(const Header& header, std::string_view body);
// Length word and chunk.
std::string frame(const Chunk& chunk);
// kProgressFlag and the progress message.
std::string frame(const ProgressMessage& progress);
// One word alone: a flag.
std::string frame(uint32_t flag);

}  // namespace glovebox::proto
