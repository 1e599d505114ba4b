// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/message.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/error.h"
#include "proto/errno_names.h"
#include "tests/unit/message_of.h"

namespace glovebox::proto {
namespace {

using namespace std::string_literals;

template <typename T>
T decoded(std::string_view bytes) {
  XdrReader in(bytes);
  T value;
  read(in, value);
  in.finish();
  return value;
}

TEST(Message, HeaderIsTheFortyBytesOfTheSpecification) {
  const Header header{.procedure = 1,
                      .direction = Direction::Reply,
                      .serial = kFirstSerial,
                      .progress_hint = 5,
                      .optargs_bitmask = 3,
                      .status = Status::Error};
  const std::string bytes =
      "\0\0\0\x2c\x20\0\xf5\xf5\0\0\0\4\0\0\0\1\0\0\0\1\0\x12\x34\0\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\3\0\0\0\1body"s;
  EXPECT_EQ(frame(header, "body"), bytes);
  EXPECT_EQ(decoded<Header>(std::string_view(bytes).substr(4, Header::kSize)), header);
}

TEST(Message, UndefinedDirectionAndStatusAreCorrupt) {
  for (const size_t word : {3u, 9u}) {
    std::string bytes = frame(Header{}, {}).substr(4);
    bytes[4 * word + 3] = 2;
    EXPECT_THROW(decoded<Header>(bytes), Error) << word;
  }
}

TEST(Message, LargerThanTheLimitIsNotSent) {
  const std::string largest(kMaxMessage - Header::kSize, 'x');
  EXPECT_EQ(frame(Header{}, largest).size(), 4 + kMaxMessage);
  try {
    frame(Header{}, largest + "x");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.errnum(), EMSGSIZE);
    EXPECT_STREQ(e.what(),
                 "message of 4194305 bytes is larger than the protocol's limit of 4194304 bytes");
  }
}

TEST(Message, ErrorTextsAreCutToTheirLimits) {
  XdrWriter out;
  write(out, ErrorReply{std::string(33, 'E'), std::string(65537, 'x')});
  const auto error = decoded<ErrorReply>(out.bytes());
  EXPECT_EQ(error.errno_name.size(), 32u);
  EXPECT_EQ(error.text.size(), 65536u);
}

TEST(Message, ErrorTextEndsAtAZeroByte) {
  XdrWriter out;
  write(out, ErrorReply{"", "before\0after"s});
  EXPECT_EQ(decoded<ErrorReply>(out.bytes()).text, "before");
}

// What the decoder says of an error reply, or of a chunk, with these lengths.
std::string of_error(size_t name_bytes, size_t text_bytes) {
  XdrWriter out;
  out.string(std::string(name_bytes, 'E'));
  out.string(std::string(text_bytes, 'x'));
  return message_of([&] { decoded<ErrorReply>(out.bytes()); });
}
std::string of_chunk(size_t bytes) {
  XdrWriter out;
  out.uint32(0);
  out.opaque(std::string(bytes, 'x'));
  return message_of([&] { decoded<Chunk>(out.bytes()); });
}

TEST(Message, LengthsPastTheirLimitsAreCorrupt) {
  EXPECT_EQ(of_error(32, 65536), "no error");
  EXPECT_EQ(of_error(33, 0), "length 33 where at most 32 are allowed at offset 4");
  EXPECT_EQ(of_error(0, 65537), "length 65537 where at most 65536 are allowed at offset 8");
  EXPECT_EQ(of_chunk(8192), "no error");
  EXPECT_EQ(of_chunk(8193), "length 8193 where at most 8192 are allowed at offset 8");
}

TEST(Message, Chunks) {
  EXPECT_EQ(frame(Chunk{.data = "abc"}), "\0\0\0\x0c\0\0\0\0\0\0\0\3abc\0"s);
  EXPECT_EQ(frame(Chunk{}), "\0\0\0\x08\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(frame(Chunk{.cancelled = true}), "\0\0\0\x08\0\0\0\1\0\0\0\0"s);
  const std::string largest(kMaxChunk, 'x');
  const std::string bytes = frame(Chunk{.data = largest});
  EXPECT_EQ(bytes.size(), 4 + kMaxChunkMessage);
  EXPECT_EQ(decoded<Chunk>(std::string_view(bytes).substr(4)).data, largest);
}

TEST(Message, ChunksOnTheTransferDisk) {
  const StoredPiece last{.slot = kSlots - 1, .bytes = kSlotBytes};
  const std::string bytes = frame(Chunk{.stored = last});
  EXPECT_EQ(bytes, "\0\0\0\x0c\0\0\0\2\0\0\0\xf\0\x8\0\0"s);
  EXPECT_EQ(decoded<Chunk>(std::string_view(bytes).substr(4)).stored, last);
  const auto refusal = [](const StoredPiece& piece) {
    return message_of([&] { decoded<Chunk>(frame(Chunk{.stored = piece}).substr(4)); });
  };
  EXPECT_EQ(refusal({.slot = 0, .bytes = 1}), "no error");
  EXPECT_EQ(refusal({.slot = 16, .bytes = 1}),
            "file chunk of 1 bytes in slot 16 of the transfer disk");
  EXPECT_EQ(refusal({.slot = 0, .bytes = 0}),
            "file chunk of 0 bytes in slot 0 of the transfer disk");
  EXPECT_EQ(refusal({.slot = 0, .bytes = 524289}),
            "file chunk of 524289 bytes in slot 0 of the transfer disk");
}

TEST(Message, ProgressAndFlags) {
  EXPECT_EQ(frame(ProgressMessage{1, 2, 3, 4}),
            "\xff\xff\x55\x55\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\4"s);
  EXPECT_EQ(frame(kLaunchFlag), "\xf5\xf5\x5f\xf5");
  EXPECT_EQ(frame(kCancelFlag), "\xff\xff\xee\xee");
  EXPECT_EQ(decoded<ProgressMessage>(frame(ProgressMessage{1, 2, 3, 4}).substr(4)),
            (ProgressMessage{1, 2, 3, 4}));
}

TEST(ErrnoNames, BothWays) {
  EXPECT_EQ(errno_name(ENOENT), "ENOENT");
  EXPECT_EQ(errno_value("ENOENT"), ENOENT);
  EXPECT_EQ(errno_name(EUCLEAN), "EUCLEAN");
  EXPECT_EQ(errno_name(0), "");
  EXPECT_EQ(errno_name(99999), "");
  EXPECT_EQ(errno_value(""), 0);
  EXPECT_EQ(errno_value("ENONSENSE"), 0);
  for (int value = 1; value < 140; ++value) {
    if (!errno_name(value).empty()) {
      EXPECT_EQ(errno_value(errno_name(value)), value);
    }
  }
}

}  // namespace
}  // namespace glovebox::proto
