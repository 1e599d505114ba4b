// SPDX-License-Identifier: GPL-2.0-or-later
//
// The generated halves of the call, on the host and in guestd, with the real connection and the
// real server between them. The function of guestd here is the generated one that expects samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/rpc/call.h"
#include "proto/coders.h"
#include "tests/unit/rpc/fake_guest.h"
#include "tests/unit/rpc/round_trip.h"
#include "tests/unit/tools/fake_calls.h"

namespace glovebox {

namespace guestd {
void call_hwclock_adjtime(Appliance& app, Call& call);
}

void round_trip_hwclock_adjtime(Calls& calls, Sample sample, Mismatches& mismatches);

// In the tree the generator writes these for all structs, beside a table of all calls.
void fill(Sample& sample, Adjtime& value) {
  value.adj_adjusted = sample.int64();
  value.adj_calibrated = sample.int64();
  value.adj_clock = sample.string();
}

namespace {

using testing::IsEmpty;

TEST(Hwclock, CarriesItsArgumentsAndItsReply) {
  guestd::Appliance app;
  FakeGuest guest([&](guestd::Call& call) {
    call.begin({.name = "hwclock_adjtime"});
    call_hwclock_adjtime(app, call);
  });
  ConnectedCalls calls(guest.take_library_end());
  calls.connection.wait_launch(base::Deadline::after(std::chrono::seconds(60)));
  for (app.seed = 0; app.seed < 20; ++app.seed) {
    Mismatches mismatches;
    ASSERT_NO_THROW(round_trip_hwclock_adjtime(calls, Sample(app.seed), mismatches));
    EXPECT_EQ(app.entered, "hwclock_adjtime");
    EXPECT_THAT(app.mismatches.list(), IsEmpty());
    EXPECT_THAT(mismatches.list(), IsEmpty());
  }
}

TEST(Hwclock, TheHostTellsLocalTimeByTheOtherCall) {
  tools::FakeCalls guest;
  guest.answers["hwclock_adjtime"] = [](proto::XdrReader& in, const LocalFile*) {
    proto::XdrWriter out;
    write(out, Adjtime{1, 2, in.string() == "/local" ? "LOCAL" : "UTC"});
    return std::move(out).take();
  };
  EXPECT_TRUE(guest.hwclock_is_local("/local"));
  EXPECT_FALSE(guest.hwclock_is_local("/utc"));
}

}  // namespace
}  // namespace glovebox
