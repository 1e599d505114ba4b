// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/work.h"

#include <gtest/gtest.h>

namespace glovebox::vm {
namespace {

using std::chrono::milliseconds;

// Two looks, ten seconds apart, at a machine that has used so much of a processor meanwhile.
struct Looks {
  explicit Looks(milliseconds used) {
    before.at = base::Deadline::Clock::now();
    before.processor_time = milliseconds(7000);
    before.disk_requests = 12;
    before.console_bytes = 100;
    after = before;
    after.at += milliseconds(10'000);
    *after.processor_time += used;
  }
  Work before{};
  Work after{};
};

TEST(Work, HeartbeatsAreNone) {
  const Looks looks(milliseconds(500));
  EXPECT_FALSE(has_worked(looks.before, looks.after));
}

TEST(Work, MoreOfTheProcessorIs) {
  const Looks looks(milliseconds(501));
  EXPECT_TRUE(has_worked(looks.before, looks.after));
}

TEST(Work, OneRequestToADiskIs) {
  Looks looks(milliseconds(0));
  ++*looks.after.disk_requests;
  EXPECT_TRUE(has_worked(looks.before, looks.after));
  looks.after.disk_requests.reset();
  EXPECT_FALSE(has_worked(looks.before, looks.after));
}

TEST(Work, AByteOnTheConsoleIs) {
  Looks looks(milliseconds(0));
  ++looks.after.console_bytes;
  EXPECT_TRUE(has_worked(looks.before, looks.after));
}

TEST(Work, OfAnUnknownProcessorIsPresumed) {
  Looks looks(milliseconds(0));
  looks.after.processor_time.reset();
  EXPECT_TRUE(has_worked(looks.before, looks.after));
}

TEST(Work, RequestsOfAllDrivesAreAdded) {
  EXPECT_EQ(disk_requests_in(R"([{"device":"","stats":{"rd_operations":3,"wr_operations":4,)"
                             R"("flush_operations":1,"rd_bytes":99}},)"
                             R"({"stats":{"rd_operations":10}}])"),
            18u);
}

TEST(Work, WhatIsNoNumberCountsAsNone) {
  for (const char* answer :
       {"", "[", "{}", "[1]", "[{}]", R"([{"stats":1}])", R"([{"stats":{"rd_operations":"9"}}])",
        R"([{"stats":{"rd_operations":-9}}])", R"([{"stats":{"rd_operations":1e99}}])"})
    EXPECT_EQ(disk_requests_in(answer), 0u) << answer;
}

}  // namespace
}  // namespace glovebox::vm
