// SPDX-License-Identifier: GPL-2.0-or-later
//
// An appliance in a guest's hands that knows the protocol and uses it against the host: it stalls
// behind heartbeats, floods, lies and talks nonsense. Every call ends, for the reason that it says,
// and takes no more memory than the protocol's limits. What is merely damaged is in
// bad_peer_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <random>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "calls/connection.h"
#include "calls/transfer_disk.h"
#include "proto/message.h"
#include "tests/unit/calls/fake_machine.h"
#include "tests/unit/calls/served.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;
using testing::AnyOf;
using testing::StartsWith;

constexpr CallInfo kCopyIn{"upload", 66, true, false, true, true, true};
constexpr CallInfo kCopyOut{"download", 67, false, true, true, true, true};
constexpr CallInfo kSearch{"find0", 196, false, true, true, true, false};

constexpr milliseconds kShort{1000};
constexpr calls::Patience kImpatient{.longest_silence = milliseconds(3000),
                                     .longest_idle = milliseconds(3000),
                                     .longest_standstill = kShort,
                                     .longest_rest = kShort,
                                     .cancel_grace = milliseconds(300)};

std::string heartbeat() {
  return proto::frame(proto::ProgressMessage{1, proto::kFirstSerial, 0, 0});
}

std::string reply_to(const CallInfo& call, std::string_view body = {}) {
  return proto::frame(proto::Header{.procedure = call.number,
                                    .direction = proto::Direction::Reply,
                                    .serial = proto::kFirstSerial},
                      body);
}

// guestd's end of the connection, in a thread that does what a test says until the other end is
// closed.
class Peer {
 public:
  Peer(base::UniqueFd socket, std::function<void(Peer&)> script)
      : socket_(std::move(socket)),
        thread_([this, script = std::move(script)] { script(*this); }) {}
  ~Peer() { thread_.join(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // False once nobody is there.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  void repeat(const std::string& bytes, milliseconds interval = milliseconds(0)) {
    while (send(bytes)) std::this_thread::sleep_for(interval);
  }
  // What came and was not read, once nobody is there.
  std::string unread() {
    std::string bytes;
    char into[4096];
    for (ssize_t n = 0; (n = recv(socket_.get(), into, sizeof into, 0)) > 0;)
      bytes.append(into, static_cast<size_t>(n));
    return bytes;
  }
  void shut() { shutdown(socket_.get(), SHUT_WR); }
  void heartbeats() { repeat(heartbeat(), milliseconds(50)); }

 private:
  base::UniqueFd socket_;
  std::thread thread_;
};

class HostileGuestd : public testing::Test {
 protected:
  // The error of a call that such a guestd answers; "no error" if it succeeds.
  Error error_of_call(const CallInfo& call,
                      const std::function<void(Peer&)>& script,
                      const Request& request = {},
                      std::unique_ptr<calls::TransferDisk> disk = nullptr) {
    base::SocketPair pair = base::make_socket_pair();
    Peer peer(std::move(pair.second), script);
    calls::Connection connection(std::move(pair.first), canceller_, kImpatient, std::move(disk),
                                 &machine_);
    if (time_left_)
      connection.set_time_left(*time_left_, "the time is up");
    const auto begin = base::Deadline::Clock::now();
    const Error e = error_of([&] { connection.call(call, request, observer_); });
    took_ = std::chrono::duration_cast<milliseconds>(base::Deadline::Clock::now() - begin);
    left_ = connection.time_left();
    return e;
  }
  std::string message_of_call(const CallInfo& call, const std::function<void(Peer&)>& script) {
    const SampleFile file(std::string(3'000'000, 'f'));
    const LocalFile local = file.local();
    return error_of_call(call, script,
                         {.file_in = call.file_in ? &local : nullptr,
                          .file_out = call.file_out ? &local : nullptr})
        .what();
  }

  FakeMachine machine_;
  base::Canceller canceller_;
  RecordedProgress observer_;
  std::optional<milliseconds> time_left_;
  std::optional<milliseconds> left_;
  milliseconds took_{0};
};

// --- It stalls

TEST_F(HostileGuestd, HeartbeatsOfAMachineAtRestEndTheCall) {
  machine_.works = false;
  EXPECT_EQ(message_of_call(kPlain, [](Peer& peer) { peer.heartbeats(); }),
            "plain: the appliance has not answered and was idle for 1 s");
  EXPECT_LT(took_, milliseconds(2500));
}

TEST_F(HostileGuestd, HeartbeatsOfAMachineAtWorkDoNot) {
  time_left_ = milliseconds(2500);
  EXPECT_EQ(message_of_call(kPlain, [](Peer& peer) { peer.heartbeats(); }),
            "plain: the time is up");
  EXPECT_GE(took_, milliseconds(2400));
  EXPECT_EQ(left_, milliseconds(0));
}

TEST_F(HostileGuestd, AFileThatIsSentStandsStillHoweverBusyTheMachine) {
  EXPECT_EQ(message_of_call(kCopyOut,
                            [](Peer& peer) {
                              peer.send(reply_to(kCopyOut));
                              peer.send(proto::frame(proto::Chunk{.data = "data"}));
                              peer.heartbeats();
                            }),
            "download: no byte of the file was transferred for 1 s");
  EXPECT_LT(took_, milliseconds(2500));
}

TEST_F(HostileGuestd, AFileThatIsTakenStandsStillHoweverBusyTheMachine) {
  EXPECT_EQ(message_of_call(kCopyIn, [](Peer& peer) { peer.heartbeats(); }),
            "upload: no byte of the file was transferred for 1 s");
}

TEST_F(HostileGuestd, AFileOnTheTransferDiskThatIsNotTakenStandsStill) {
  const base::UniqueFd memory = base::make_memfd("test");
  ASSERT_EQ(ftruncate(memory.get(), off_t{proto::kSlots} * proto::kSlotBytes), 0);
  const SampleFile file(std::string(size_t{3} * proto::kSlots * proto::kSlotBytes, 'f'));
  const LocalFile local = file.local();
  const Error e = error_of_call(
      kCopyIn, [](Peer& peer) { peer.heartbeats(); }, {.file_in = &local},
      std::make_unique<calls::TransferDisk>(base::UniqueFd(dup(memory.get()))));
  EXPECT_STREQ(e.what(), "upload: no byte of the file was transferred for 1 s");
}

TEST_F(HostileGuestd, ACallThatMakesItsFileMayWork) {
  time_left_ = milliseconds(2500);
  const auto script = [](Peer& peer) { peer.heartbeats(); };
  EXPECT_EQ(message_of_call(kSearch, script), "find0: the time is up");
  machine_.works = false;
  EXPECT_EQ(message_of_call(kSearch, script), "find0: no byte of the file was transferred for 1 s");
}

TEST_F(HostileGuestd, AReplyByteByByteIsNoAnswer) {
  machine_.works = false;
  EXPECT_EQ(message_of_call(kPlain,
                            [](Peer& peer) {
                              const std::string reply = reply_to(kPlain, std::string(4000, 'x'));
                              for (const char& byte : reply) {
                                if (!peer.send({&byte, 1}))
                                  return;
                                std::this_thread::sleep_for(milliseconds(10));
                              }
                            }),
            "plain: the appliance has not answered and was idle for 1 s");
}

TEST_F(HostileGuestd, TheTimeOfSeveralCallsIsCountedTogether) {
  base::SocketPair pair = base::make_socket_pair();
  Peer peer(std::move(pair.second), [](Peer& p) {
    std::this_thread::sleep_for(milliseconds(400));
    p.send(reply_to(kPlain));
    p.heartbeats();
  });
  calls::Connection connection(std::move(pair.first), canceller_, {}, nullptr, &machine_);
  connection.set_time_left(milliseconds(1000), "the time is up");
  EXPECT_EQ(connection.call(kPlain, {}, observer_), "");
  EXPECT_LE(*connection.time_left(), milliseconds(600));
  EXPECT_STREQ(error_of([&] { connection.call(kPlain, {}, observer_); }).what(),
               "plain: the time is up");
  EXPECT_TRUE(connection.broken());
}

TEST_F(HostileGuestd, WithoutTimeNoCallBegins) {
  time_left_ = milliseconds(0);
  EXPECT_EQ(message_of_call(kPlain, [](Peer& peer) { peer.send(reply_to(kPlain)); }),
            "plain: the time is up");
}

// --- The caller's own time is not the appliance's

TEST_F(HostileGuestd, ACallersPipeThatIsSilentIsNoStandstill) {
  machine_.works = false;
  time_left_ = milliseconds(1500);
  base::Pipe pipe = base::make_pipe();
  std::thread writer([&] {
    base::write_all(pipe.write_end.get(), "first", "pipe");
    std::this_thread::sleep_for(milliseconds(2500));
    pipe.write_end.reset();
  });
  const LocalFile local = LocalFile::descriptor(pipe.read_end.get());
  const Error e = error_of_call(kCopyIn,
                                [](Peer& peer) {
                                  for (int i = 0; i < 60; ++i) {
                                    peer.send(heartbeat());
                                    std::this_thread::sleep_for(milliseconds(50));
                                  }
                                  peer.send(reply_to(kCopyIn));
                                },
                                {.file_in = &local});
  writer.join();
  EXPECT_STREQ(e.what(), "no error");
  EXPECT_GE(took_, milliseconds(2500));
  EXPECT_GE(*left_, milliseconds(500));
}

TEST_F(HostileGuestd, ACallersReaderThatIsSlowIsNoStandstill) {
  machine_.works = false;
  time_left_ = milliseconds(1500);
  base::Pipe pipe = base::make_pipe();
  std::thread reader([&] {
    std::this_thread::sleep_for(milliseconds(2500));
    EXPECT_EQ(base::read_all(pipe.read_end.get(), 1 << 20, "pipe").size(),
              size_t{100} * proto::kMaxChunk);
  });
  {
    const base::UniqueFd write_end = std::move(pipe.write_end);
    const LocalFile local = LocalFile::descriptor(write_end.get());
    const Error e = error_of_call(
        kCopyOut,
        [](Peer& peer) {
          std::string bytes = reply_to(kCopyOut);
          for (int i = 0; i < 100; ++i)
            bytes += proto::frame(proto::Chunk{.data = std::string(proto::kMaxChunk, 'x')});
          peer.send(bytes + proto::frame(proto::Chunk{}));
        },
        {.file_out = &local});
    EXPECT_STREQ(e.what(), "no error");
  }
  reader.join();
  EXPECT_GE(took_, milliseconds(2000));
  EXPECT_GE(*left_, milliseconds(500));
}

// --- It floods

TEST_F(HostileGuestd, AFloodOfProgressReachesNobody) {
  const auto script = [](Peer& peer) {
    for (uint64_t i = 0; i < 200'000; ++i)
      peer.send(proto::frame(proto::ProgressMessage{1, proto::kFirstSerial, i % 3, 2}));
    peer.send(reply_to(kPlain));
  };
  EXPECT_EQ(message_of_call(kPlain, script), "no error");
  // Two in each tenth of a second: one on the way, one at the end.
  EXPECT_LE(observer_.reports.size(), 2 + 2 * static_cast<size_t>(took_ / milliseconds(100)));
  EXPECT_GE(observer_.reports.size(), 1u);
}

TEST_F(HostileGuestd, FloodsEndWithTheTime) {
  time_left_ = milliseconds(1000);
  const std::string floods[] = {heartbeat(), proto::frame(proto::kCancelFlag),
                                proto::frame(proto::ProgressMessage{1, proto::kFirstSerial, 1, 2})};
  for (const std::string& flood : floods) {
    std::string many;
    while (many.size() < 64 * 1024) many += flood;
    EXPECT_EQ(message_of_call(kPlain, [&](Peer& peer) { peer.repeat(many); }),
              "plain: the time is up");
    EXPECT_LT(took_, milliseconds(2500));
  }
}

TEST_F(HostileGuestd, AFloodDoesNotDrownACancel) {
  std::string many;
  while (many.size() < 64 * 1024) many += heartbeat();
  CancelSoon cancel(canceller_);
  EXPECT_EQ(message_of_call(kPlain, [&](Peer& peer) { peer.repeat(many); }), "plain: cancelled");
  EXPECT_LT(took_, milliseconds(2500));
}

TEST_F(HostileGuestd, AnEndlessFileEndsWithTheTime) {
  time_left_ = milliseconds(1000);
  const LocalFile nowhere("/dev/null");
  const Error e = error_of_call(
      kCopyOut,
      [](Peer& peer) {
        peer.send(reply_to(kCopyOut));
        peer.repeat(proto::frame(proto::Chunk{.data = std::string(proto::kMaxChunk, 'x')}));
      },
      {.file_out = &nowhere});
  EXPECT_STREQ(e.what(), "download: the time is up");
}

// Each fourth piece is answered by a word; they must not pile up here.
TEST_F(HostileGuestd, OneThatDoesNotReadWhatIsTakenIsGivenUp) {
  const base::UniqueFd memory = base::make_memfd("test");
  ASSERT_EQ(ftruncate(memory.get(), off_t{proto::kSlots} * proto::kSlotBytes), 0);
  size_t pieces = 0;
  const LocalFile file = LocalFile::pieces([&](std::string_view) { ++pieces; });
  std::string in_socket;
  std::string many;
  for (uint32_t i = 0; i < 4096; ++i)
    many += proto::frame(proto::Chunk{.stored = proto::StoredPiece{i % proto::kSlots, 1}});
  time_left_ = std::chrono::seconds(60);
  const Error e = error_of_call(
      kCopyOut,
      [&](Peer& peer) {
        peer.send(reply_to(kCopyOut));
        peer.repeat(many);
        in_socket = peer.unread();
      },
      {.file_out = &file},
      std::make_unique<calls::TransferDisk>(base::UniqueFd(dup(memory.get()))));
  EXPECT_STREQ(e.what(),
               "download: Lost protocol synchronization: the appliance sends a file, but does not "
               "read what is sent to it");
  // The last word came too many; before the others the request is in the socket.
  const size_t words = pieces / proto::kSlotsPerTaken - 1;
  const size_t request = 4 + proto::XdrReader(in_socket).uint32();
  EXPECT_EQ(words * 4 - (in_socket.size() - request), 4096u);
}

// --- It lies

TEST_F(HostileGuestd, AnErrorTextIsBoundedAlsoWhenItIsEscaped) {
  proto::XdrWriter body;
  write(body, proto::ErrorReply{"EIO", std::string(proto::kMaxErrorText, '\x01')});
  const proto::Header header{.procedure = kPlain.number,
                             .direction = proto::Direction::Reply,
                             .serial = proto::kFirstSerial,
                             .status = proto::Status::Error};
  const std::string bytes = proto::frame(header, body.bytes());
  const std::string message = message_of_call(kPlain, [&](Peer& peer) { peer.send(bytes); });
  EXPECT_THAT(message, StartsWith("plain: \\x01\\x01"));
  EXPECT_EQ(message.size(), std::string("plain: ").size() + proto::kMaxErrorText + 3);
}

TEST_F(HostileGuestd, AnErrorTextBeyondItsLimitIsDamage) {
  proto::XdrWriter body;
  body.string("EIO");
  body.string(std::string(proto::kMaxErrorText + 1, 'x'));
  const proto::Header header{.procedure = kPlain.number,
                             .direction = proto::Direction::Reply,
                             .serial = proto::kFirstSerial,
                             .status = proto::Status::Error};
  const std::string bytes = proto::frame(header, body.bytes());
  EXPECT_EQ(message_of_call(kPlain, [&](Peer& peer) { peer.send(bytes); }),
            "plain: damaged error reply from the appliance: length 65537 where at most 65536 are "
            "allowed at offset 12");
}

TEST_F(HostileGuestd, AReplyBeforeTheFileIsSentIsALie) {
  base::Pipe pipe = base::make_pipe();
  const LocalFile local = LocalFile::descriptor(pipe.read_end.get());
  EXPECT_STREQ(
      error_of_call(kCopyIn, [](Peer& peer) { peer.send(reply_to(kCopyIn)); }, {.file_in = &local})
          .what(),
      "upload: Lost protocol synchronization: a reply before the end of the file that is being "
      "sent");
}

// --- It talks nonsense

TEST_F(HostileGuestd, NonsenseEndsEveryKindOfCall) {
  const base::UniqueFd memory = base::make_memfd("test");
  ASSERT_EQ(ftruncate(memory.get(), off_t{proto::kSlots} * proto::kSlotBytes), 0);
  const SampleFile file("content");
  const LocalFile local = file.local();
  const LocalFile nowhere("/dev/null");
  const uint32_t words[] = {proto::kLaunchFlag,
                            proto::kCancelFlag,
                            proto::kProgressFlag,
                            proto::kTakenFlag,
                            proto::kMaxMessage,
                            proto::kMaxMessage + 1,
                            proto::Header::kSize,
                            proto::kMaxChunkMessage,
                            0,
                            1,
                            2,
                            0xffffffff};
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const CallInfo call = seed % 3 == 0 ? kPlain : seed % 3 == 1 ? kCopyIn : kCopyOut;
    const auto script = [&](Peer& peer) {
      if (seed % 2 == 0)
        peer.send(reply_to(call));
      for (unsigned i = random() % 40; i > 0; --i) {
        std::string bytes = proto::frame(words[random() % std::size(words)]);
        for (unsigned n = random() % 60; n > 0; --n) bytes += static_cast<char>(random() % 4);
        if (!peer.send(bytes))
          return;
      }
      peer.shut();
    };
    const Error e =
        error_of_call(call, script,
                      {.file_in = call.file_in ? &local : nullptr,
                       .file_out = call.file_out ? &nowhere : nullptr},
                      std::make_unique<calls::TransferDisk>(base::UniqueFd(dup(memory.get()))));
    EXPECT_THAT(e.code(), AnyOf(Errc::Corrupt, Errc::Died, Errc::Remote, Errc::Usage));
    EXPECT_LT(took_, milliseconds(2500));
  }
}

}  // namespace
}  // namespace glovebox
