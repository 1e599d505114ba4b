// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/stand_in.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace glovebox::vm {
namespace {

constexpr int kTrialSeconds = 10;
constexpr int kMostTrialSeconds = 600;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string kvm_stand_in() {
  return std::string(environment("GLOVEBOX_KVM_STAND_IN"));
}

std::chrono::milliseconds kvm_trial_time() {
  const std::string_view text = environment("GLOVEBOX_KVM_TRIAL_SECONDS");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool usable = error == std::errc{} && end == text.data() + text.size() && seconds > 0 &&
                      seconds <= kMostTrialSeconds;
  return std::chrono::seconds(usable ? seconds : kTrialSeconds);
}

}  // namespace glovebox::vm
