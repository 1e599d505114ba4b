// SPDX-License-Identifier: LGPL-2.1-or-later
//
// KVM is tried by launching on it. The first launch on a host does so under a short limit for each
// step, because a KVM that works needs a second; what came of it is remembered. A launch that fails
// on KVM is made again under emulation, and only if that succeeds is KVM to blame: what fails on
// both has another cause.
#include "session/launcher.h"

#include <cerrno>
#include <cstdio>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "session/launch_attempt.h"
#include "session/launch_plan.h"
#include "vm/host/cache_dir.h"
#include "vm/host/stand_in.h"
#include "vm/template/template_store.h"

namespace glovebox::session {
namespace {

using base::cat;

enum class Kvm { Untried, Works };

// Where KVM was seen to work it gets more time, for a busy host; but as there is emulation, less
// than a machine that has no other way.
LaunchLimits limits_on(Kvm kvm) {
  const auto time = kvm == Kvm::Untried ? vm::kvm_trial_time() : std::chrono::seconds(45);
  return {.boot = time, .clone = time, .first_call = time};
}

// What may be KVM's fault. Too little memory is what qemu says of a KVM that cannot make a machine,
// too; a real shortage meets emulation as well.
bool speaks_against_kvm(const Error& e) {
  return machine_failed(e) || e.code() == Errc::Remote ||
         (e.code() == Errc::System && (e.errnum() == ENOMEM || e.errnum() == EAGAIN));
}

// "0.12", in seconds.
std::string seconds_text(std::chrono::microseconds time, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, static_cast<double>(time.count()) / 1e6);
  return text;
}

// What KVM was seen to do.
std::string measured(const LaunchAttempt& attempt, const LaunchReport& report) {
  if (const auto boot = attempt.template_boot_time())
    return cat("boots in ", seconds_text(*boot, 1), " s");
  std::chrono::microseconds last{0};
  for (const LaunchStep& step : report.steps)
    if (step.name == "boot" || step.name == "restore" || step.name == "start guestd")
      last += step.took;
  return report.cloned ? cat("restores a saved appliance in ", seconds_text(last, 2), " s")
                       : cat("boots in ", seconds_text(last, 1), " s");
}

std::string failed_on_kvm(const std::string& what) {
  return cat("/dev/kvm opens, but the appliance does not run on it: ", what);
}

class Launcher {
 public:
  Launcher(const Settings& settings, const LaunchDrives& drives, const LaunchCallbacks& callbacks)
      : settings_(settings),
        drives_(drives),
        warning_(callbacks.warning),
        callbacks_{.warning = [this](const std::string& text) { warn(text); },
                   .library_message = callbacks.library_message,
                   .console_line = callbacks.console_line,
                   .deadline = callbacks.deadline,
                   .canceller = callbacks.canceller},
        verdicts_(kvm_verdicts(settings)) {}

  Launched run() {
    vm::AcceleratorChoice choice = choose();
    const base::UniqueFd trial = choice.trial ? lock_trial() : base::UniqueFd();
    if (choice.trial)
      choice = choose();  // the process that held the lock may have found out
    if (choice.lost) {
      verdicts_.forget();  // tried anew when it can be opened again
      warn(cat("KVM is not used any more: ", choice.reason, "; using emulation"));
    }
    if (callbacks_.library_message)
      callbacks_.library_message(
          cat("accelerator ", vm::accelerator_name(choice.accel), ": ", choice.reason));
    return choice.accel == vm::Accel::Kvm ? on_kvm(choice) : emulated(choice);
  }

 private:
  vm::AcceleratorChoice choose() const {
    return vm::choose_accelerator(settings_.backend_settings, verdicts_);
  }

  // One process at a time tries KVM, so that of several first launches all but one wait for the
  // verdict. If that does not come they try it themselves.
  base::UniqueFd lock_trial() const {
    constexpr auto kLongestTrial = std::chrono::seconds(60);  // of another process
    const auto deadline = base::Deadline::after(kLongestTrial);
    try {
      return verdicts_.lock_trial(callbacks_.canceller, callbacks_.deadline
                                                            ? deadline.min(*callbacks_.deadline)
                                                            : deadline);
    } catch (const Error& e) {
      if (e.code() != Errc::Timeout)
        throw;
      return {};
    }
  }

  // Once, though both attempts may meet the same.
  void warn(const std::string& text) {
    if (warned_.insert(text).second && warning_)
      warning_(text);
  }

  Launched emulated(const vm::AcceleratorChoice& choice) {
    Launched launched = LaunchAttempt(settings_, drives_, callbacks_, vm::Accel::Tcg, {}).run();
    launched.accelerator = choice;
    return launched;
  }

  // What KVM failed at, under emulation. Where the caller's time is up before that has shown
  // whether KVM is to blame, a machine that died on it is taken for the proof: else each command
  // with a short limit would try KVM anew.
  Launched emulated_instead(const std::string& reason, bool died) {
    try {
      return emulated({.accel = vm::Accel::Tcg, .reason = reason, .checked = {}});
    } catch (const Error&) {
      if (died && callbacks_.deadline && callbacks_.deadline->passed())
        verdicts_.remember(false, reason);
      throw;
    }
  }

  Launched on_kvm(vm::AcceleratorChoice choice) {
    std::string reason;
    bool died = false;
    try {
      LaunchAttempt attempt(settings_, drives_, callbacks_, vm::Accel::Kvm,
                            limits_on(choice.trial ? Kvm::Untried : Kvm::Works));
      Launched launched = attempt.run();
      if (choice.trial) {
        choice.reason = measured(attempt, launched.report);
        verdicts_.remember(true, choice.reason);
      }
      launched.accelerator = choice;
      return launched;
    } catch (const Error& e) {
      if (!speaks_against_kvm(e) || (callbacks_.deadline && callbacks_.deadline->passed()))
        throw;
      reason = failed_on_kvm(e.what());
      died = e.code() == Errc::Died;
    }
    if (vm::kvm_is_forced(settings_.backend_settings))
      vm::throw_forced_kvm(reason);
    if (callbacks_.library_message)
      callbacks_.library_message(cat("accelerator tcg: ", reason));
    Launched launched = emulated_instead(reason, died);
    const bool remembered = verdicts_.remember(false, reason);
    warn(cat("KVM is not used: ", reason, "; using emulation",
             remembered ? " from now on ('virt-appliance check --again' tries KVM again)"
                        : ", this time"));
    return launched;
  }

  const Settings& settings_;
  const LaunchDrives& drives_;
  const std::function<void(const std::string&)> warning_;
  const LaunchCallbacks callbacks_;
  const vm::KvmVerdictStore verdicts_;
  std::set<std::string> warned_;
};

}  // namespace

Launched launch_appliance(const Settings& settings,
                          const LaunchDrives& drives,
                          const LaunchCallbacks& callbacks) {
  return Launcher(settings, drives, callbacks).run();
}

vm::AcceleratorChoice find_accelerator(const Settings& settings,
                                       const LaunchCallbacks& callbacks,
                                       Probe probe) {
  const vm::KvmVerdictStore verdicts = kvm_verdicts(settings);
  if (probe == Probe::Again)
    verdicts.forget();
  const auto choice = vm::choose_accelerator(settings.backend_settings, verdicts);
  return choice.trial ? launch_appliance(settings, {{}, {}}, callbacks).accelerator : choice;
}

bool note_kvm_failure(const Settings& settings,
                      const LaunchReport& report,
                      const std::string& reason) {
  if (report.accelerator != vm::accelerator_name(vm::Accel::Kvm))
    return false;
  return kvm_verdicts(settings).remember(false, failed_on_kvm(reason));
}

std::string make_template_now(const Settings& settings, const LaunchCallbacks& callbacks) {
  const auto choice = vm::choose_accelerator(settings.backend_settings, kvm_verdicts(settings));
  const LaunchPlan plan = plan_launch(settings, choice.accel);
  if (!plan.why_boot.empty())
    throw Error(Errc::Usage, "these settings use no template: " + plan.why_boot);
  const std::string cache = vm::cache_directory(settings.cachedir);
  vm::TemplateStore store(cache,
                          cache == kSystemCachedir ? vm::Readers::Everybody : vm::Readers::Owner);
  store.remove(plan.key, callbacks.canceller);
  const Launched launched = launch_appliance(settings, {{}, {}}, callbacks);
  if (!launched.report.cloned)
    throw Error(Errc::System, launched.report.why_booted);
  return store.path_of(plan_launch(settings, launched.accelerator.accel).key);
}

}  // namespace glovebox::session
