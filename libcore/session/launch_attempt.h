// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One attempt to launch on one accelerator: a clone of a template, made first if there is none; a
// template that turns out to be bad is made anew once; where there can be no template, a boot.
#pragma once

#include <optional>

#include "session/launch_plan.h"
#include "session/launcher.h"
#include "vm/template/template_store.h"

namespace glovebox::session {

// How long the steps may take, however much the machine shows that it is alive.
struct LaunchLimits {
  std::chrono::milliseconds boot = std::chrono::minutes(10);
  std::chrono::milliseconds clone = std::chrono::minutes(2);
  std::chrono::milliseconds first_call = std::chrono::minutes(2);
};

// Whether it is the machine that failed: it ended, stopped, stood still, or sent nonsense.
bool machine_failed(const Error& e);

class LaunchAttempt {
 public:
  // All but `limits` is borrowed.
  LaunchAttempt(const Settings& settings,
                const LaunchDrives& drives,
                const LaunchCallbacks& callbacks,
                vm::Accel accel,
                const LaunchLimits& limits);

  // guestd has answered its first call. On KVM, an error that may be KVM's fault (Died, Timeout,
  // Corrupt) is thrown at once; emulation is then to be tried.
  Launched run();

  // How long the template took to boot; absent if it was there.
  std::optional<std::chrono::milliseconds> template_boot_time() const { return boot_time_; }

 private:
  enum class Shared { Use, Avoid };  // the system's store; Avoid once its template was bad
  std::optional<vm::Template> get_template(Shared shared);
  std::optional<Launched> clone();
  bool keep_trying(const Error& e, const vm::Template& from, bool restored);
  Launched launched(vm::Vm vm,
                    const std::vector<InternalDrive>& described,
                    std::chrono::milliseconds limit);
  std::optional<Error> failure_alone(const vm::Template& from);
  // After so long, or when the caller's time is up.
  base::Deadline within(std::chrono::milliseconds time) const;
  bool time_is_up() const { return callbacks_.deadline && callbacks_.deadline->passed(); }
  void lap(const char* step);
  void warn(const std::string& text) const;

  const Settings& settings_;
  const LaunchDrives& drives_;
  const LaunchCallbacks& callbacks_;
  const vm::Accel accel_;
  const LaunchLimits limits_;
  LaunchPlan plan_;
  std::vector<vm::PreparedDrive> prepared_;
  std::optional<std::chrono::milliseconds> boot_time_;
  std::vector<LaunchStep> steps_;
  base::Deadline::Clock::time_point last_lap_ = base::Deadline::Clock::now();
};

}  // namespace glovebox::session
