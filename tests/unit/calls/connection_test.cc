// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls without a file: answers, errors, progress, cancelling.
#include "calls/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "base/error.h"
#include "proto/message.h"
#include "tests/unit/calls/served.h"

namespace glovebox {
namespace {

using guestd::Call;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
  EXPECT_THAT(served.observer.calls, Each(std::pair(kPlain.number, proto::kFirstSerial)));
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

}  // namespace
}  // namespace glovebox
