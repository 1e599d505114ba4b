// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/error.h"
#include "base/files.h"
#include "guestd/functions.h"
#include "proto/message.h"
#include "tests/unit/rpc/fake_guest.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
namespace {

// What the server answers to these bytes, up to the end of the stream, and why it ended.
struct Outcome {
  std::string bytes;
  std::string end_reason;
};

Outcome answer_to(const std::string& bytes) {
  guestd::Appliance app;
  FakeGuest guest([&](guestd::Call& call) { dispatch(app, call); });
  const base::UniqueFd end = guest.take_library_end();
  base::write_all(end.get(), bytes, "library");
  shutdown(end.get(), SHUT_WR);
  Outcome outcome;
  outcome.bytes = base::read_all(end.get(), 1 << 20, "library");
  guest.join();
  outcome.end_reason = guest.end_reason();
  EXPECT_EQ(outcome.bytes.substr(0, 4), proto::frame(proto::kLaunchFlag));
  outcome.bytes.erase(0, 4);
  return outcome;
}

proto::ErrorReply error_in(const std::string& bytes) {
  proto::XdrReader in(bytes);
  in.uint32();
  proto::Header header;
  read(in, header);
  EXPECT_EQ(header.direction, proto::Direction::Reply);
  EXPECT_EQ(header.status, proto::Status::Error);
  proto::ErrorReply error;
  read(in, error);
  return error;
}

std::string request(uint32_t procedure, const std::string& arguments, uint64_t optargs = 0) {
  return proto::frame(
      proto::Header{.procedure = procedure, .serial = 1, .optargs_bitmask = optargs}, arguments);
}

std::string text(const std::string& value) {
  proto::XdrWriter out;
  out.string(value);
  return out.bytes();
}

TEST(Server, UnknownProcedure) {
  const auto error = error_in(answer_to(request(9999, "")).bytes);
  EXPECT_EQ(error.errno_name, "ENOSYS");
  EXPECT_EQ(error.text,
            "the appliance does not know procedure 9999; library and appliance are of different "
            "versions");
}

TEST(Server, DamagedArgumentsAreAnErrorAndNoMore) {
  const std::string good = request(33, text("/dir"));
  const Outcome outcome = answer_to(request(33, "\xff\xff\xff\xff") + good);
  EXPECT_EQ(error_in(outcome.bytes).errno_name, "EUCLEAN");
  EXPECT_EQ(outcome.end_reason, "");
  // The second request was answered: a reply without a body.
  EXPECT_EQ(outcome.bytes.substr(outcome.bytes.size() - 44, 4), std::string("\0\0\0\x28", 4));
}

TEST(Server, TooManyArguments) {
  EXPECT_EQ(error_in(answer_to(request(33, text("/dir") + text("/dir"))).bytes).text,
            "8 bytes too many at offset 8");
}

TEST(Server, OptionalArgumentOfALaterVersion) {
  EXPECT_EQ(error_in(answer_to(request(37, text("/f") + std::string(4, '\0'), 2)).bytes).errno_name,
            "ENOSYS");
}

TEST(Server, PathsMustBeAbsolute) {
  const auto error = error_in(answer_to(request(33, text("dir\n"))).bytes);
  EXPECT_EQ(error.errno_name, "EINVAL");
  EXPECT_EQ(error.text, "path must be an absolute path: 'dir\\x0a'");
}

TEST(Server, CancelWordBetweenRequestsIsIgnored) {
  const Outcome outcome = answer_to(proto::frame(proto::kCancelFlag) + request(33, text("/dir")));
  EXPECT_EQ(outcome.bytes.size(), 44u);
  EXPECT_EQ(outcome.end_reason, "");
}

struct Nonsense {
  const char* name;
  std::string bytes;
  const char* reason;
};
class ServerNonsense : public testing::TestWithParam<Nonsense> {};

TEST_P(ServerNonsense, EndsTheServer) {
  EXPECT_EQ(answer_to(GetParam().bytes).end_reason,
            std::string("lost protocol synchronization: ") + GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ServerNonsense,
    testing::Values(
        Nonsense{"Short", proto::frame(39u), "request of 39 bytes"},
        Nonsense{"Long", proto::frame(0x00400001), "request of 4194305 bytes"},
        Nonsense{"LaunchWord", proto::frame(proto::kLaunchFlag), "request of 4126498805 bytes"},
        Nonsense{"Reply", proto::frame(proto::Header{.direction = proto::Direction::Reply}, {}),
                 "a reply where a request should be"},
        Nonsense{"Program", proto::frame(proto::Header{.program = 1}, {}), "program 1, version 4"},
        Nonsense{"Direction", std::string("\0\0\0\x28", 4) + std::string(40, '\7'),
                 "message direction 117901063 is not defined"},
        Nonsense{"LongChunk", request(66, text("/f")) + proto::frame(8201u),
                 "file chunk of 8201 bytes"},
        Nonsense{"DamagedChunk", request(66, text("/f")) + proto::frame(8u) + std::string(8, '\7'),
                 "file chunk: file chunk of kind 117901063 is not defined"}),
    [](const auto& test) { return test.param.name; });

TEST(Server, StreamThatEndsInAMessageIsNoError) {
  const std::string upload = request(66, text("/f")) + proto::frame(proto::Chunk{.data = "data"});
  for (size_t cut = 0; cut < upload.size(); ++cut)
    EXPECT_EQ(answer_to(upload.substr(0, cut)).end_reason, "") << cut;
}

TEST(Arguments, FileNamesAndGuids) {
  using guestd::check_file_name;
  using guestd::check_guid;
  EXPECT_NO_THROW(check_file_name("a b", "name"));
  for (const char* bad : {"", ".", "..", "a/b"})
    EXPECT_THROW(check_file_name(bad, "name"), Error) << bad;
  EXPECT_NO_THROW(check_guid("C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "guid"));
  for (const char* bad :
       {"", "C12A7328-F81F-11D2-BA4B-00A0C93EC93", "C12A7328xF81F-11D2-BA4B-00A0C93EC93B",
        "G12A7328-F81F-11D2-BA4B-00A0C93EC93B"})
    EXPECT_THROW(check_guid(bad, "guid"), Error) << bad;
}

}  // namespace
}  // namespace glovebox
