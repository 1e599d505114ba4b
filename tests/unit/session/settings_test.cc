// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/settings.h"

#include <gtest/gtest.h>

#include "tests/unit/message_of.h"

namespace glovebox::session {
namespace {

std::string refusal(const Settings& settings) {
  return message_of([&] { machine_size(settings); });
}

TEST(Settings, MemoryHasLimits) {
  EXPECT_EQ(machine_size({}).memory_mib, 1280);
  EXPECT_EQ(machine_size({.memsize_mib = 256}).memory_mib, 256);
  EXPECT_EQ(refusal({.memsize_mib = 255}), "memory size 255 MiB is not between 256 and 1048576");
  EXPECT_EQ(machine_size({.memsize_mib = 1048576}).memory_mib, 1048576);
  EXPECT_EQ(refusal({.memsize_mib = 1048577}),
            "memory size 1048577 MiB is not between 256 and 1048576");
}

TEST(Settings, CpusHaveLimits) {
  EXPECT_EQ(machine_size({.smp = 1}).cpus, 1);
  EXPECT_EQ(refusal({.smp = 0}), "number of CPUs 0 is not between 1 and 255");
  EXPECT_EQ(machine_size({.smp = 255}).cpus, 255);
  EXPECT_EQ(refusal({.smp = 256}), "number of CPUs 256 is not between 1 and 255");
}

}  // namespace
}  // namespace glovebox::session
