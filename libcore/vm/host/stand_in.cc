// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/stand_in.h"

#include <string_view>

#include "base/environment.h"
#include "base/number_text.h"

namespace glovebox::vm {
namespace {

constexpr int kTrialSeconds = 10;
constexpr int kMostTrialSeconds = 600;

}  // namespace

std::string kvm_stand_in() {
  return std::string(base::environment("GLOVEBOX_KVM_STAND_IN"));
}

std::chrono::milliseconds kvm_trial_time() {
  const int seconds =
      base::parse_number<int>(base::environment("GLOVEBOX_KVM_TRIAL_SECONDS")).value_or(0);
  const bool usable = seconds > 0 && seconds <= kMostTrialSeconds;
  return std::chrono::seconds(usable ? seconds : kTrialSeconds);
}

}  // namespace glovebox::vm
