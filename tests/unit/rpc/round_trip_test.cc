// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/rpc/round_trip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guestd/functions.h"
#include "tests/unit/rpc/fake_guest.h"

namespace glovebox {
namespace {

using testing::IsEmpty;

const base::Deadline kSoon = base::Deadline::after(std::chrono::seconds(60));

TEST(RoundTrip, EveryCallCarriesItsArgumentsAndItsReply) {
  guestd::Appliance app;
  FakeGuest guest([&](guestd::Call& call) { dispatch(app, call); });
  ConnectedCalls calls(guest.take_library_end());
  calls.connection.wait_launch(kSoon);
  for (uint32_t seed = 0; seed < 20; ++seed) {
    for (const RoundTrip& trip : round_trips()) {
      SCOPED_TRACE(testing::Message() << trip.name << " with seed " << seed);
      app.seed = seed;
      Mismatches mismatches;
      ASSERT_NO_THROW(trip.run(calls, Sample(seed), mismatches));
      EXPECT_EQ(app.entered, trip.name);
      EXPECT_THAT(app.mismatches.list(), IsEmpty());
      EXPECT_THAT(mismatches.list(), IsEmpty());
    }
  }
}

TEST(RoundTrip, CoversEveryDaemonCallInOrder) {
  const auto calls = daemon_calls();
  ASSERT_EQ(calls.size(), round_trips().size());
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_STREQ(calls[i].name, round_trips()[i].name);
    EXPECT_LT(i > 0 ? calls[i - 1].number : 0, calls[i].number);
  }
}

}  // namespace
}  // namespace glovebox
