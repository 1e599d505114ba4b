// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/activity.h"

#include <gtest/gtest.h>

namespace glovebox::vm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const IdleTimer::TimePoint kStart{seconds(1000)};

IdleTimer::Look look(milliseconds after, uint64_t bytes, std::optional<milliseconds> used) {
  return {.at = kStart + after, .bytes = bytes, .processor_time = used};
}

class Idle : public testing::Test {
 protected:
  Idle() { timer_.start(look(milliseconds(0), 100, milliseconds(5000))); }
  IdleTimer timer_;
};

TEST_F(Idle, LastsWhileNothingComesAndTheProcessorHardlyRuns) {
  EXPECT_EQ(timer_.idle(look(seconds(10), 100, milliseconds(5100))), seconds(10));
  EXPECT_EQ(timer_.idle(look(seconds(29), 100, milliseconds(5299))), seconds(29));
}

TEST_F(Idle, EndsWithAByte) {
  EXPECT_EQ(timer_.idle(look(seconds(10), 101, milliseconds(5000))), seconds(0));
  EXPECT_EQ(timer_.idle(look(seconds(12), 101, milliseconds(5000))), seconds(2));
}

TEST_F(Idle, EndsWithProcessorTime) {
  EXPECT_EQ(timer_.idle(look(seconds(10), 100, milliseconds(5300))), seconds(0));
  EXPECT_EQ(timer_.idle(look(seconds(12), 100, milliseconds(5599))), seconds(2));
}

TEST_F(Idle, IsNoneWhereTheProcessorTimeIsNotKnown) {
  EXPECT_EQ(timer_.idle(look(seconds(10), 100, std::nullopt)), seconds(0));
}

TEST_F(Idle, DoesNotEndWithQemusOwnAnswers) {
  timer_.ignore(40);
  EXPECT_EQ(timer_.idle(look(seconds(10), 140, milliseconds(5000))), seconds(10));
  EXPECT_EQ(timer_.idle(look(seconds(11), 141, milliseconds(5000))), seconds(0));
}

Work work(milliseconds after, uint64_t requests) {
  return {.at = kStart + after, .processor_time = milliseconds(0), .disk_requests = requests};
}

TEST(Rest, LastsUntilALookSeesWork) {
  RestTimer timer;
  timer.start(work(milliseconds(0), 7));
  timer.look(work(seconds(10), 7));
  EXPECT_EQ(timer.rest(kStart + seconds(15)), seconds(15));
  timer.look(work(seconds(20), 8));
  EXPECT_EQ(timer.rest(kStart + seconds(21)), seconds(1));
}

TEST(Rest, IsLookedAtEveryTenSeconds) {
  RestTimer timer;
  timer.start(work(milliseconds(0), 7));
  EXPECT_FALSE(timer.is_due(kStart + milliseconds(9999)));
  EXPECT_TRUE(timer.is_due(kStart + seconds(10)));
  timer.look(work(seconds(10), 7));
  EXPECT_FALSE(timer.is_due(kStart + seconds(19)));
}

}  // namespace
}  // namespace glovebox::vm
