// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/qmp.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/message_of.h"

using namespace glovebox;
using namespace glovebox::vm;

namespace {

// A qemu that says what a test tells it to, however long it is; closes the socket when the script
// is over.
class FakeQemu {
 public:
  explicit FakeQemu(const std::string& says) : pair_(base::make_socket_pair()) {
    thread_ = std::thread([this, says] {
      sigset_t pipe_signal;
      sigemptyset(&pipe_signal);
      sigaddset(&pipe_signal, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
      try {
        base::write_all(pair_.second.get(), says, "socket");
      } catch (const Error&) {
        // The test had enough.
      }
      shutdown(pair_.second.get(), SHUT_WR);
    });
  }
  ~FakeQemu() { thread_.join(); }
  base::UniqueFd socket() { return std::move(pair_.first); }

 private:
  base::SocketPair pair_;
  std::thread thread_;
};

const auto kSoon = std::chrono::milliseconds(2000);
const std::string kHello = "{\"QMP\": {\"version\": {}}}\n{\"return\": {}}\n";

}  // namespace

TEST(Qmp, CollectsRepliesInOrderAndKeepsEvents) {
  FakeQemu qemu(kHello + "{\"event\":\"POWERDOWN\"}\n{\"return\":{\"a\":1}}\n{\"return\":2}\n");
  Qmp qmp(qemu.socket());
  qmp.post("one");
  qmp.post("two");
  const auto deadline = base::Deadline::after(kSoon);
  EXPECT_EQ(qmp.expect(deadline), "{}") << "qmp_capabilities";
  EXPECT_EQ(qmp.expect(deadline), R"({"a":1})");
  EXPECT_EQ(qmp.expect(deadline), "2");
  EXPECT_EQ(qmp.wait_event("POWERDOWN", deadline).data_json, "{}");
}

// Whether the machine counts as stopped after these events.
bool stopped_after(const std::string& events) {
  FakeQemu qemu(kHello + events + "{\"return\":1}\n");
  Qmp qmp(qemu.socket());
  qmp.call("one", "{}", base::Deadline::after(kSoon));
  return qmp.stopped();
}

TEST(Qmp, KnowsWhetherTheMachineWasStoppedLast) {
  const std::string stop = "{\"event\":\"STOP\"}\n", resume = "{\"event\":\"RESUME\"}\n";
  EXPECT_FALSE(stopped_after(""));
  EXPECT_TRUE(stopped_after(stop));
  EXPECT_FALSE(stopped_after(stop + resume));
  EXPECT_TRUE(stopped_after(resume + stop));
}

TEST(Qmp, ErrorsCarryQemusWordsEscaped) {
  FakeQemu qemu(kHello + R"({"error":{"class":"GenericError","desc":"no \u001b[31m disk"}})" +
                "\n");
  Qmp qmp(qemu.socket());
  EXPECT_EQ(message_of([&] { qmp.call("x", "{}", base::Deadline::after(kSoon)); }),
            "qemu: no \\x1b[31m disk");
}

TEST(Qmp, AClosedSocketAndGarbageAreErrorsNotHangs) {
  FakeQemu closed(kHello);
  Qmp qmp(closed.socket());
  EXPECT_EQ(message_of([&] { qmp.call("x", "{}", base::Deadline::after(kSoon)); }),
            "qemu closed its control socket");
  FakeQemu garbage("][\n");
  Qmp other(garbage.socket());
  EXPECT_EQ(message_of([&] { other.expect(base::Deadline::after(kSoon)); }),
            "qemu's control socket: not a JSON object: ][");
}

TEST(Qmp, SilenceEndsAtTheDeadline) {
  const base::SocketPair pair = base::make_socket_pair();
  Qmp qmp(pair.first.duplicate());
  EXPECT_EQ(message_of([&] { qmp.expect(base::Deadline::after(std::chrono::milliseconds(20))); }),
            "qemu did not answer on its control socket in time");
}

TEST(Qmp, AnEventIsFoundAlthoughAFullQueueDroppedOlderOnes) {
  std::string says = kHello;
  for (int i = 0; i < 20000; ++i) says += "{\"event\":\"NOISE\"}\n";
  FakeQemu qemu(says + "{\"event\":\"MIGRATION\",\"data\":{\"n\":1}}\n");
  Qmp qmp(qemu.socket());
  EXPECT_EQ(qmp.wait_event("MIGRATION", base::Deadline::after(kSoon)).data_json, R"({"n":1})");
}

// What comes of waiting for one of so many numbered events when the last has come.
std::string wait_for(int number, int count) {
  std::string says = kHello;
  for (int i = 1; i <= count; ++i) says += "{\"event\":\"E" + std::to_string(i) + "\"}\n";
  FakeQemu qemu(says + "{\"return\":1}\n");
  Qmp qmp(qemu.socket());
  qmp.call("one", "{}", base::Deadline::after(kSoon));
  return message_of(
      [&] { qmp.wait_event("E" + std::to_string(number), base::Deadline::after(kSoon)); });
}

TEST(Qmp, AFullQueueDropsItsOldestEvent) {
  EXPECT_EQ(wait_for(1, 4096), "no error");
  EXPECT_EQ(wait_for(1, 4097), "qemu closed its control socket");
  EXPECT_EQ(wait_for(2, 4097), "no error");
}

TEST(Qmp, ALookTakesAHundredReadsAtMost) {
  // Each packet is read alone.
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
  const base::UniqueFd qemu(sockets[1]);
  Qmp qmp{base::UniqueFd(sockets[0])};
  const std::string packet = "{\"event\":\"E\"}\n";
  for (int i = 0; i < 101; ++i)
    ASSERT_EQ(send(qemu.get(), packet.data(), packet.size(), MSG_DONTWAIT),
              static_cast<ssize_t>(packet.size()));
  qmp.look();
  EXPECT_EQ(qmp.bytes(), 100 * packet.size());
}

TEST(Qmp, LinesHaveALimit) {
  // Without an end, and so many bytes of it at once that the last read does not bring more.
  const auto refusal = [](size_t bytes) {
    FakeQemu qemu(kHello + std::string(bytes, 'x'));
    Qmp qmp(qemu.socket());
    return message_of([&] { qmp.call("one", "{}", base::Deadline::after(10 * kSoon)); });
  };
  EXPECT_EQ(refusal(4 << 20), "qemu closed its control socket");
  EXPECT_EQ(refusal((4 << 20) + 1), "qemu's control socket: a line longer than 4 MiB");
}

TEST(Qmp, AMessageHasSixtyFourLevelsAtMost) {
  const auto answer = [](size_t levels) {
    FakeQemu qemu(kHello + "{\"return\":" + std::string(levels - 1, '[') +
                  std::string(levels - 1, ']') + "}\n");
    Qmp qmp(qemu.socket());
    return message_of([&] { qmp.call("x", "{}", base::Deadline::after(kSoon)); });
  };
  EXPECT_EQ(answer(65), "no error");
  EXPECT_EQ(answer(66), "qemu's control socket: JSON nested deeper than 64 levels");
}

TEST(Qmp, AMessageNestedWithoutEndIsAnErrorNotAStackOverflow) {
  constexpr size_t kLevels = 1000000;
  FakeQemu qemu(kHello + "{\"return\":" + std::string(kLevels, '[') + std::string(kLevels, ']') +
                "}\n");
  Qmp qmp(qemu.socket());
  EXPECT_EQ(message_of([&] { qmp.call("x", "{}", base::Deadline::after(kSoon)); }),
            "qemu's control socket: JSON nested deeper than 64 levels");
}

// An event that takes so many bytes of the queue, as a line.
std::string event(const std::string& name, size_t bytes) {
  constexpr size_t kBesideText = 128 + std::string_view(R"({"text":""})").size();
  const std::string text(bytes - kBesideText - name.size(), 'x');
  return "{\"event\":\"" + name + R"(","data":{"text":")" + text + "\"}}\n";
}

// Which of the names are those of queued events, after these lines.
std::vector<std::string> queued_after(const std::string& lines, std::vector<std::string> names) {
  FakeQemu qemu(kHello + lines + "{\"return\":1}\n");
  Qmp qmp(qemu.socket());
  qmp.call("one", "{}", base::Deadline::after(kSoon));
  std::erase_if(names, [&](const std::string& name) {
    try {
      qmp.wait_event(name, base::Deadline::after(kSoon));
      return false;
    } catch (const Error&) {
      return true;  // the end of the script
    }
  });
  return names;
}

TEST(Qmp, QueuedEventsTakeAMebibyteAtMost) {
  const auto left = [](size_t last) {
    return queued_after(event("A", 300 << 10) + event("B", 300 << 10) + event("C", last),
                        {"A", "B", "C"});
  };
  EXPECT_EQ(left(424 << 10), (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_EQ(left((424 << 10) + 1), (std::vector<std::string>{"B", "C"}));
}

TEST(Qmp, AnEventThatIsTooLongIsDroppedAndNoOther) {
  const auto left = [](size_t bytes) {
    return queued_after(event("BEFORE", 200) + event("LONG", bytes), {"BEFORE", "LONG"});
  };
  EXPECT_EQ(left(1 << 20), std::vector<std::string>{"LONG"});
  EXPECT_EQ(left((1 << 20) + 1), std::vector<std::string>{"BEFORE"});
}

TEST(Qmp, RepliesThatNobodyAskedForAreBounded) {
  const auto refusal = [](size_t last) {
    const auto reply = [](size_t bytes) {
      return "{\"return\":\"" + std::string(bytes - 130, 'x') + "\"}\n";
    };
    std::string says = kHello;
    for (int i = 0; i < 15; ++i) says += reply(1 << 20);
    FakeQemu qemu(says + reply(last));
    Qmp qmp(qemu.socket());
    return message_of([&] { qmp.wait_event("NEVER", base::Deadline::after(10 * kSoon)); });
  };
  constexpr size_t kHellos = 130;  // "{}", the reply to qmp_capabilities
  EXPECT_EQ(refusal((1 << 20) - kHellos), "qemu closed its control socket");
  EXPECT_EQ(refusal((1 << 20) - kHellos + 1),
            "qemu's control socket: more than 16 MiB of unsolicited replies");
}

TEST(Qmp, AnErrorTextIsCut) {
  FakeQemu qemu(kHello + R"({"error":{"desc":")" + std::string(1 << 20, 'x') + "\"}}\n");
  Qmp qmp(qemu.socket());
  EXPECT_EQ(message_of([&] { qmp.call("x", "{}", base::Deadline::after(kSoon)); }),
            "qemu: " + std::string(4096, 'x'));
}
