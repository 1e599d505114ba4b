// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "proto/coders.h"
#include "proto/message.h"
#include "tests/unit/rpc/fake_guest.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
namespace {

using guestd::Call;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::seconds kSoon{30};
constexpr CallInfo kPlain{"plain", 1, false, false, false, false};
constexpr CallInfo kUpload{"upload", 66, true, false, true, true};
constexpr CallInfo kDownload{"download", 67, false, true, true, true};

constexpr guestd::CallKind kPlainKind{.name = "plain"};
constexpr guestd::CallKind kUploadKind{.name = "upload", .file_in = true};
constexpr guestd::CallKind kDownloadKind{.name = "download", .file_out = true};

template <typename Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& e) {
    return e;
  }
  return {Errc::Usage, "no error"};
}

// --- With the real server at the other end

class Served {
 public:
  explicit Served(guestd::Server::Handler handler, const session::Patience& patience = {})
      : guest(std::move(handler)), connection(guest.take_library_end(), canceller, patience) {
    connection.wait_launch(base::Deadline::after(kSoon));
  }
  std::string call(const CallInfo& info, const Request& request = {}) {
    return connection.call(info, request, observer);
  }
  // The stream is in step: an ordinary call still works.
  void expect_usable() {
    EXPECT_FALSE(connection.broken());
    EXPECT_EQ(error_of([&] { call(kPlain); }).code(), Errc::Usage);
  }

  FakeGuest guest;
  base::Canceller canceller;
  session::Connection connection;
  RecordedProgress observer;
};

void answer_plain(Call& call) {
  call.begin(kPlainKind);
}

TEST(Connection, ErrorOfTheGuestComesWithErrnoAndName) {
  Served served([](Call& call) {
    call.begin(kPlainKind);
    throw Error(Errc::NotFound, "/dev/sda9: No such\x1b device", ENOENT);
  });
  const Error e = error_of([&] { served.call(kPlain); });
  EXPECT_EQ(e.code(), Errc::Remote);
  EXPECT_EQ(e.errnum(), ENOENT);
  EXPECT_STREQ(e.what(), "plain: /dev/sda9: No such\\x1b device");
  EXPECT_FALSE(served.connection.broken());
}

TEST(Connection, AnExceptionWithoutErrnoBecomesOne) {
  Served served([](Call& call) {
    call.begin(kPlainKind);
    throw Error(Errc::Unsupported, "cannot do this");
  });
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EOPNOTSUPP);
}

TEST(Connection, ReplyLargerThanAMessageIsAnError) {
  Served served([](Call& call) {
    call.begin(kPlainKind);
    call.reply().opaque(std::string(proto::kMaxMessage, 'x'));
  });
  const Error e = error_of([&] { served.call(kPlain); });
  EXPECT_EQ(e.errnum(), EMSGSIZE);
  EXPECT_THAT(e.what(), HasSubstr("larger than the protocol's limit"));
  EXPECT_FALSE(served.connection.broken());
}

TEST(Connection, RequestLargerThanAMessageIsNotSent) {
  Served served(answer_plain);
  const Error e =
      error_of([&] { served.call(kPlain, {.arguments = std::string(proto::kMaxMessage, 'x')}); });
  EXPECT_EQ(e.errnum(), EMSGSIZE);
  served.expect_usable();
}

TEST(Connection, LargestMessagesArrive) {
  const std::string largest(proto::kMaxMessage - proto::Header::kSize - 8, 'x');
  Served served([&](Call& call) {
    call.begin(kPlainKind);
    call.reply().opaque(call.arguments().opaque());
  });
  proto::XdrWriter arguments;
  arguments.opaque(largest);
  EXPECT_EQ(served.call(kPlain, {.arguments = arguments.bytes()}), arguments.bytes());
}

TEST(Connection, ProgressReachesTheObserverAndHeartbeatsDoNot) {
  Served served([](Call& call) {
    call.begin(kPlainKind);
    std::this_thread::sleep_for(guestd::Progress::kInitialDelay + std::chrono::milliseconds(50));
    call.progress().report(1, 4);
    call.progress().report(2, 4);  // too soon after the first
  });
  served.call(kPlain);
  EXPECT_THAT(served.observer.reports, ElementsAre(std::pair(1, 4), std::pair(4, 4)));
}

TEST(Connection, HeartbeatsKeepASlowCallAlive) {
  Served served(
      [](Call& call) {
        call.begin(kPlainKind);
        std::this_thread::sleep_for(std::chrono::milliseconds(4000));
      },
      {.longest_silence = std::chrono::milliseconds(2500)});
  served.call(kPlain);
  EXPECT_THAT(served.observer.reports, IsEmpty());
}

TEST(Connection, CancelEndsACallThatLooks) {
  std::atomic<bool> entered = false;
  Served served([&](Call& call) {
    call.begin(kPlainKind);
    entered = true;
    while (true) {
      call.progress().throw_if_cancelled();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  std::thread canceller([&] {
    while (!entered) std::this_thread::yield();
    served.canceller.cancel();
  });
  const Error e = error_of([&] { served.call(kPlain); });
  canceller.join();
  EXPECT_EQ(e.code(), Errc::Cancelled);
  EXPECT_STREQ(e.what(), "plain: cancelled");
  EXPECT_FALSE(served.connection.broken());
}

TEST(Connection, CancelGivesUpOnACallThatDoesNotLook) {
  std::atomic<bool> release = false;
  std::atomic<bool> entered = false;
  Served served(
      [&](Call& call) {
        call.begin(kPlainKind);
        entered = true;
        while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      },
      {.cancel_grace = std::chrono::milliseconds(100)});
  std::thread canceller([&] {
    while (!entered) std::this_thread::yield();
    served.canceller.cancel();
  });
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).code(), Errc::Cancelled);
  canceller.join();
  EXPECT_TRUE(served.connection.broken());
  const Error e = error_of([&] { served.call(kPlain); });
  EXPECT_EQ(e.code(), Errc::Died);
  EXPECT_STREQ(e.what(), "plain: the connection to the appliance was lost before");
  release = true;
}

TEST(Connection, CancelBetweenCallsIsForgotten) {
  Served served(answer_plain);
  served.canceller.cancel();
  EXPECT_EQ(served.call(kPlain), "");
}

TEST(Connection, CancelThatComesTooLateDoesNotHarmTheNextCall) {
  std::atomic<int> number = 0;
  Served served([&](Call& call) {
    call.begin(kPlainKind);
    if (++number == 1) {
      // Answered before the cancel word is looked at.
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  std::thread canceller([&] {
    while (number == 0) std::this_thread::yield();
    served.canceller.cancel();
  });
  EXPECT_EQ(served.call(kPlain), "");
  canceller.join();
  EXPECT_EQ(served.call(kPlain), "");
  EXPECT_EQ(served.call(kPlain), "");
}

// --- FileIn

TEST(FileIn, OfEverySizeAroundAChunkArrivesWhole) {
  std::string received;
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    received.clear();
    for (;;) {
      const auto part = call.file_in().next();
      if (part.empty())
        break;
      received += part;
    }
  });
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{8191}, size_t{8192}, size_t{8193}, size_t{3'000'000}}) {
    const SampleFile file(std::string(size, 'f'));
    const LocalFile local = file.local();
    served.call(kUpload, {.file_in = &local});
    EXPECT_EQ(received, std::string(size, 'f'));
  }
}

// A wait for input when there is still something to send would last until the next heartbeat, every
// 256 KiB.
TEST(FileIn, NeverWaitsForAHeartbeat) {
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    while (!call.file_in().next().empty()) {
    }
  });
  const SampleFile file(std::string(20'000'000, 'f'));
  const LocalFile local = file.local();
  const auto limit = base::Deadline::after(std::chrono::seconds(15));
  served.call(kUpload, {.file_in = &local});
  EXPECT_FALSE(limit.passed());
}

TEST(FileIn, FromAPipeOfUnknownLength) {
  uint64_t hint = 99;
  std::string received;
  Served served([&](Call& call) {
    call.begin(kUploadKind);
    hint = call.file_in().size_hint();
    for (auto part = call.file_in().next(); !part.empty(); part = call.file_in().next())
      received += part;
  });
  base::Pipe pipe = base::make_pipe();
  std::thread writer([&] {
    base::write_all(pipe.write_end.get(), "first ", "pipe");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    base::write_all(pipe.write_end.get(), "second", "pipe");
    pipe.write_end.reset();
  });
  const LocalFile local = LocalFile::descriptor(pipe.read_end.get());
  served.call(kUpload, {.file_in = &local});
  writer.join();
  EXPECT_EQ(received, "first second");
  EXPECT_EQ(hint, 0u);
}

class FileInStopped : public testing::TestWithParam<size_t> {};

// guestd fails after so many chunks, with the rest of 3 MB on its way.
TEST_P(FileInStopped, ByGuestd) {
  Served served([&](Call& call) {
    if (call.number() != kUpload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kUploadKind);
    for (size_t i = 0; i < GetParam(); ++i) call.file_in().next();
    throw Error(Errc::System, "disk full", ENOSPC);
  });
  const SampleFile file(std::string(3'000'000, 'f'));
  const LocalFile local = file.local();
  const Error e = error_of([&] { served.call(kUpload, {.file_in = &local}); });
  EXPECT_EQ(e.errnum(), ENOSPC);
  EXPECT_STREQ(e.what(), "upload: disk full");
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
  EXPECT_FALSE(served.connection.broken());
}
INSTANTIATE_TEST_SUITE_P(AfterChunks, FileInStopped, testing::Values(0, 1, 2, 100, 367, 368));

TEST(FileIn, CancelledWhileThePipeIsSilent) {
  bool told = false;
  Served served([&](Call& call) {
    if (call.number() != kUpload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kUploadKind);
    try {
      while (!call.file_in().next().empty()) {
      }
    } catch (const Error& e) {
      told = e.code() == Errc::Cancelled;
      throw;
    }
  });
  base::Pipe pipe = base::make_pipe();
  base::write_all(pipe.write_end.get(), "something", "pipe");
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    served.canceller.cancel();
  });
  const LocalFile local = LocalFile::descriptor(pipe.read_end.get());
  EXPECT_EQ(error_of([&] { served.call(kUpload, {.file_in = &local}); }).code(), Errc::Cancelled);
  canceller.join();
  EXPECT_TRUE(told);
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
  EXPECT_FALSE(served.connection.broken());
}

TEST(FileIn, NotReadToTheEndIsTakenAnyway) {
  Served served(
      [](Call& call) { call.begin(call.number() == kUpload.number ? kUploadKind : kPlainKind); });
  const SampleFile file(std::string(100'000, 'f'));
  const LocalFile local = file.local();
  EXPECT_EQ(served.call(kUpload, {.file_in = &local}), "");
  EXPECT_EQ(served.call(kPlain), "");
}

TEST(FileIn, LocalFileThatCannotBeOpenedIsNotGuestdsBusiness) {
  int calls = 0;
  Served served([&](Call& call) {
    ++calls;
    call.begin(kPlainKind);
  });
  for (const char* path : {"/nonexistent/file", "/"}) {
    const LocalFile local(path);
    const Error e = error_of([&] { served.call(kUpload, {.file_in = &local}); });
    EXPECT_EQ(e.code(), Errc::System);
    EXPECT_THAT(e.what(), HasSubstr(std::string("upload: ") + path + ": "));
  }
  served.call(kPlain);
  EXPECT_EQ(calls, 1);
}

// --- FileOut

std::string download(Served& served, uint64_t max_bytes = UINT64_MAX) {
  const SampleFile file("");
  LocalFile local = file.local();
  local.max_bytes = max_bytes;
  served.call(kDownload, {.file_out = &local});
  return file.content();
}

TEST(FileOut, OfEverySizeAroundAChunkArrivesWhole) {
  size_t size = 0;
  Served served([&](Call& call) {
    call.begin(kDownloadKind);
    for (size_t left = size; left > 0;) {
      const size_t n = std::min<size_t>(left, 5000);
      call.file_out().write(std::string(n, 'f'));
      left -= n;
    }
  });
  for (const size_t next :
       {size_t{0}, size_t{1}, size_t{8191}, size_t{8192}, size_t{8193}, size_t{3'000'000}}) {
    size = next;
    EXPECT_EQ(download(served), std::string(size, 'f'));
  }
}

class FileOutStopped : public testing::TestWithParam<size_t> {};

TEST_P(FileOutStopped, ByGuestdWithItsReason) {
  Served served([&](Call& call) {
    if (call.number() != kDownload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kDownloadKind);
    if (GetParam() > 0)
      call.file_out().write(std::string(GetParam(), 'f'));
    throw Error(Errc::System, "/file: read error", EIO);
  });
  const Error e = error_of([&] { download(served); });
  EXPECT_EQ(e.code(), Errc::Remote);
  EXPECT_EQ(e.errnum(), EIO);
  EXPECT_STREQ(e.what(), "download: /file: read error");
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
}

TEST_P(FileOutStopped, ByALimitOfTheLibrary) {
  std::atomic<bool> stopped = false;
  Served served([&](Call& call) {
    if (call.number() != kDownload.number)
      throw Error(Errc::Usage, "usable");
    call.begin(kDownloadKind);
    try {
      for (;;) call.file_out().write(std::string(8192, 'f'));  // an endless file
    } catch (const Error& e) {
      stopped = e.code() == Errc::Cancelled;
      throw;
    }
  });
  const Error e = error_of([&] { download(served, GetParam()); });
  EXPECT_EQ(e.errnum(), EFBIG);
  EXPECT_THAT(e.what(), HasSubstr("download: more than "));
  EXPECT_TRUE(stopped);
  EXPECT_EQ(error_of([&] { served.call(kPlain); }).errnum(), EINVAL);
  EXPECT_FALSE(served.connection.broken());
}
INSTANTIATE_TEST_SUITE_P(AfterBytes,
                         FileOutStopped,
                         testing::Values(0, 1, 8192, 300'000, 5'000'000));

TEST(FileOut, CancelledByTheCaller) {
  std::atomic<bool> started = false;
  Served served([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    while (call.number() == kDownload.number) {
      call.file_out().write(std::string(8192, 'f'));
      started = true;
    }
  });
  std::thread canceller([&] {
    while (!started) std::this_thread::yield();
    served.canceller.cancel();
  });
  EXPECT_EQ(error_of([&] { download(served); }).code(), Errc::Cancelled);
  canceller.join();
  EXPECT_EQ(served.call(kPlain), "");
}

TEST(FileOut, LocalWriteErrorStopsGuestd) {
  Served served([&](Call& call) {
    call.begin(call.number() == kDownload.number ? kDownloadKind : kPlainKind);
    if (call.number() == kDownload.number)
      call.file_out().write(std::string(3'000'000, 'f'));
  });
  const LocalFile full("/dev/full");
  const Error e = error_of([&] { served.call(kDownload, {.file_out = &full}); });
  EXPECT_EQ(e.errnum(), ENOSPC);
  EXPECT_STREQ(e.what(), "download: /dev/full: No space left on device");
  EXPECT_EQ(served.call(kPlain), "");
}

TEST(FileOut, IsCreatedOrReplacedByPath) {
  Served served([&](Call& call) {
    call.begin(kDownloadKind);
    call.file_out().write("new");
  });
  const base::TempDir dir;
  const std::string path = dir.path() + "/file";
  base::replace_file(path, "something longer");
  const LocalFile local(path);
  served.call(kDownload, {.file_out = &local});
  EXPECT_EQ(base::read_file(path, 100), "new");
}

// --- With bytes of the test's own at the other end

// Sends these bytes as the answer to the first call, and closes if asked to.
Error answer_with(const std::string& bytes, const CallInfo& info = kPlain, bool close = false) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  session::Connection connection(std::move(pair.first), canceller,
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
  session::Connection connection(std::move(pair.first), canceller);
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
      proto::frame(reply, {}) + std::string("\0\0\0\x08\0\0\0\2\0\0\0\0", 12), kDownload);
  EXPECT_THAT(e.what(),
              HasSubstr("download: damaged file chunk from the appliance: truth value 2"));
}

TEST(BadPeer, ProgressBeyondItsTotalIsCutToIt) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  session::Connection connection(std::move(pair.first), canceller);
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
  session::Connection connection(std::move(pair.first), canceller);
  const Error e = error_of(
      [&] { connection.wait_launch(base::Deadline::after(std::chrono::milliseconds(20))); });
  EXPECT_EQ(e.code(), Errc::Timeout);
  EXPECT_STREQ(e.what(), "appliance launch timed out.");
}

TEST(BadPeer, SomethingElseThanTheLaunchWord) {
  base::SocketPair pair = base::make_socket_pair();
  base::Canceller canceller;
  session::Connection connection(std::move(pair.first), canceller);
  base::write_all(pair.second.get(), proto::frame(proto::kCancelFlag), "peer");
  EXPECT_EQ(error_of([&] { connection.wait_launch(base::Deadline::after(kSoon)); }).code(),
            Errc::Corrupt);
}

}  // namespace
}  // namespace glovebox
