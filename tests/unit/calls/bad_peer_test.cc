// SPDX-License-Identifier: GPL-2.0-or-later
//
// An appliance that does not keep to the protocol: bytes of the test's own at the other end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/error.h"
#include "base/files.h"
#include "calls/connection.h"
#include "proto/message.h"
#include "tests/unit/calls/served.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Sends these bytes as the answer to the first call, and closes if asked to.
Error answer_with(const std::string& bytes, const CallInfo& info = kPlain, bool close = false) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  calls::Connection connection(std::move(pair.first), canceller,
                               {.longest_silence = std::chrono::milliseconds(100)});
  base::write_all(pair.second.get(), bytes, "peer");
  if (close)
    shutdown(pair.second.get(), SHUT_WR);
  RecordedProgress observer;
  const SampleFile file("");
  const LocalFile local = file.local();
  Request request;
  if (info.file_out)
    request.file_out = &local;
  const Error e = error_of([&] { connection.call(info, request, observer); });
  EXPECT_TRUE(connection.broken());
  return e;
}

const proto::Header kGood{
    .procedure = 1, .direction = proto::Direction::Reply, .serial = proto::kFirstSerial};

proto::Header changed(void (*change)(proto::Header&)) {
  proto::Header header = kGood;
  change(header);
  return header;
}

TEST(BadPeer, HeadersThatDoNotAnswerTheCall) {
  const auto message = [](void (*change)(proto::Header&)) {
    return std::string(answer_with(proto::frame(changed(change), {})).what());
  };
  const std::string lost = "plain: Lost protocol synchronization: ";
  EXPECT_EQ(message([](proto::Header& h) { h.program = 1; }), lost + "wrong program (1/536933877)");
  EXPECT_EQ(message([](proto::Header& h) { h.version = 3; }),
            lost + "wrong protocol version (3/4)");
  EXPECT_EQ(message([](proto::Header& h) { h.direction = proto::Direction::Call; }),
            lost + "unexpected message direction");
  EXPECT_EQ(message([](proto::Header& h) { h.procedure = 2; }),
            lost + "unexpected procedure number (2/1)");
  EXPECT_EQ(message([](proto::Header& h) { h.serial = 7; }),
            lost + "unexpected serial (7/1192960)");
}

TEST(BadPeer, LengthLargerThanAMessage) {
  const Error e = answer_with(proto::frame(0x00400001));
  EXPECT_EQ(e.code(), Errc::Corrupt);
  EXPECT_STREQ(e.what(), "plain: message length (4194305) > maximum possible size (4194304)");
}

TEST(BadPeer, MessageTooShortForAHeader) {
  EXPECT_STREQ(answer_with(proto::frame(4u) + "abcd").what(),
               "plain: Lost protocol synchronization: message of 4 bytes");
}

TEST(BadPeer, GarbageInTheHeader) {
  std::string bytes = proto::frame(kGood, {});
  bytes[4 + 12 + 3] = 9;  // direction
  EXPECT_STREQ(
      answer_with(bytes).what(),
      "plain: damaged message header from the appliance: message direction 9 is not defined");
}

TEST(BadPeer, DamagedErrorReply) {
  const auto header = changed([](proto::Header& h) { h.status = proto::Status::Error; });
  // The frame was whole, so the connection could go on; the error is the reply's.
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  calls::Connection connection(std::move(pair.first), canceller);
  base::write_all(pair.second.get(), proto::frame(header, "abc"), "peer");
  RecordedProgress observer;
  const Error e = error_of([&] { connection.call(kPlain, {}, observer); });
  EXPECT_EQ(e.code(), Errc::Corrupt);
  EXPECT_THAT(e.what(), HasSubstr("damaged error reply from the appliance"));
}

TEST(BadPeer, LaunchWordInTheMiddle) {
  EXPECT_THAT(answer_with(proto::frame(proto::kLaunchFlag)).what(),
              HasSubstr("unexpected launch word"));
}

TEST(BadPeer, Silence) {
  const Error e = answer_with("");
  EXPECT_EQ(e.code(), Errc::Timeout);
  EXPECT_STREQ(e.what(), "plain: the appliance has not answered for 1 s");
}

TEST(BadPeer, EndOfTheStreamAnywhereMeansThatTheApplianceDied) {
  const auto reply = changed([](proto::Header& h) { h.procedure = 67; });
  const std::string whole = proto::frame(reply, {}) + proto::frame(proto::Chunk{.data = "data"});
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    const Error e = answer_with(whole.substr(0, cut), kDownload, /*close=*/true);
    ASSERT_EQ(e.code(), Errc::Died) << cut;
    ASSERT_EQ(e.errnum(), EPIPE);
    ASSERT_STREQ(e.what(), "download: appliance closed the connection unexpectedly.");
  }
}

TEST(BadPeer, DamagedChunk) {
  const auto reply = changed([](proto::Header& h) { h.procedure = 67; });
  const Error e = answer_with(
      proto::frame(reply, {}) + std::string("\0\0\0\x08\0\0\0\3\0\0\0\0", 12), kDownload);
  EXPECT_THAT(
      e.what(),
      HasSubstr(
          "download: damaged file chunk from the appliance: file chunk of kind 3 is not defined"));
}

TEST(BadPeer, ProgressBeyondItsTotalIsCutToIt) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  calls::Connection connection(std::move(pair.first), canceller);
  base::write_all(pair.second.get(),
                  proto::frame(proto::ProgressMessage{1, proto::kFirstSerial, 9, 4}) +
                      proto::frame(proto::ProgressMessage{1, proto::kFirstSerial - 1, 1, 4}) +
                      proto::frame(kGood, "answer"),
                  "peer");
  RecordedProgress observer;
  EXPECT_EQ(connection.call(kPlain, {}, observer), "answer");
  EXPECT_THAT(observer.reports, ElementsAre(std::pair(4, 4)));
}

TEST(BadPeer, NoLaunchWord) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  calls::Connection connection(std::move(pair.first), canceller);
  const Error e = error_of(
      [&] { connection.wait_launch(base::Deadline::after(std::chrono::milliseconds(20))); });
  EXPECT_EQ(e.code(), Errc::Timeout);
  EXPECT_STREQ(e.what(), "appliance launch timed out.");
}

TEST(BadPeer, SomethingElseThanTheLaunchWord) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  calls::Connection connection(std::move(pair.first), canceller);
  base::write_all(pair.second.get(), proto::frame(proto::kCancelFlag), "peer");
  EXPECT_EQ(error_of([&] { connection.wait_launch(base::Deadline::after(kSoon)); }).code(),
            Errc::Corrupt);
}

}  // namespace
}  // namespace glovebox
