// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/host/stand_in.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace glovebox::vm {
namespace {

std::chrono::milliseconds trial_time(const char* seconds) {
  setenv("GLOVEBOX_KVM_TRIAL_SECONDS", seconds, 1);
  const auto time = kvm_trial_time();
  unsetenv("GLOVEBOX_KVM_TRIAL_SECONDS");
  return time;
}

TEST(StandIn, ATrialTakesOneToSixHundredSeconds) {
  using std::chrono::seconds;
  EXPECT_EQ(kvm_trial_time(), seconds(10));
  EXPECT_EQ(trial_time("1"), seconds(1));
  EXPECT_EQ(trial_time("600"), seconds(600));
  for (const char* wrong : {"", "0", "-1", "601", "5s", " 5", "99999999999"})
    EXPECT_EQ(trial_time(wrong), seconds(10)) << wrong;
}

}  // namespace
}  // namespace glovebox::vm
