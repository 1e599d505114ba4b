// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls on a machine that stops, stands still, or is only slow.
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/calls/fake_machine.h"
#include "tests/unit/calls/served.h"

namespace glovebox {
namespace {

using guestd::Call;
using std::chrono::milliseconds;

class MachineWatchTest : public testing::Test {
 protected:
  // A guestd that never answers.
  Error error_of_call(const calls::Patience& patience) {
    base::SocketPair pair = base::make_socket_pair();
    calls::Connection connection(std::move(pair.first), canceller_, patience, nullptr, &machine_);
    const auto begin = base::Deadline::Clock::now();
    const Error e = error_of([&] { connection.call(kPlain, {}, observer_); });
    took_ = std::chrono::duration_cast<milliseconds>(base::Deadline::Clock::now() - begin);
    EXPECT_TRUE(connection.broken());
    return e;
  }

  FakeMachine machine_;
  base::Canceller canceller_;
  RecordedProgress observer_;
  milliseconds took_{0};
};

TEST_F(MachineWatchTest, AMachineThatStopsEndsTheCallAtOnce) {
  std::thread stop([&] {
    std::this_thread::sleep_for(milliseconds(50));
    machine_.stop();
  });
  const Error e = error_of_call({});
  stop.join();
  EXPECT_EQ(e.code(), Errc::Died);
  EXPECT_STREQ(e.what(), "plain: the virtual machine stopped (internal error)");
  EXPECT_LT(took_, milliseconds(1000));
}

TEST_F(MachineWatchTest, AMachineThatStoppedBeforeTheCallEndsItAtOnce) {
  machine_.stop_unseen();
  const Error e = error_of_call({});
  EXPECT_STREQ(e.what(), "plain: the virtual machine stopped (internal error)");
  EXPECT_LT(took_, milliseconds(1000));
}

TEST_F(MachineWatchTest, AMachineThatStandsStillIsGivenUp) {
  machine_.alive = false;
  const Error e = error_of_call(
      {.longest_silence = std::chrono::seconds(60), .longest_idle = milliseconds(1500)});
  EXPECT_EQ(e.code(), Errc::Timeout);
  EXPECT_STREQ(e.what(), "plain: the appliance has not answered or shown a sign of life for 2 s");
}

TEST_F(MachineWatchTest, AMachineThatIsAtWorkIsWaitedForLonger) {
  const Error e =
      error_of_call({.longest_silence = milliseconds(3000), .longest_idle = milliseconds(500)});
  EXPECT_STREQ(e.what(), "plain: the appliance has not answered for 3 s");
}

TEST_F(MachineWatchTest, HeartbeatsDoNotOutlastTheTimeLeft) {
  Served served([](Call& call) {
    call.begin(kPlainKind);
    std::this_thread::sleep_for(milliseconds(5000));
  });
  served.connection.set_time_left(milliseconds(2000), "too late");
  const Error e = error_of([&] { served.call(kPlain); });
  EXPECT_EQ(e.code(), Errc::Timeout);
  EXPECT_STREQ(e.what(), "plain: too late");
}

}  // namespace
}  // namespace glovebox
