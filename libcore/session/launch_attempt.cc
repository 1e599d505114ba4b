// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a failed clone means. qemu may have refused the template's state, or the template's files
// are not what they were: the template is bad, and is made anew. Otherwise, on KVM, KVM is the
// suspect, and the caller tries emulation. Otherwise the drives are, or the template is in a way
// that its digest does not show: a clone without drives tells which.
#include "session/launch_attempt.h"

#include <sys/random.h>

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "vm/host/cache_dir.h"
#include "vm/host/shortage.h"

namespace glovebox::session {
namespace {

using base::cat;
using base::Deadline;

constexpr size_t kEntropyBytes = 64;
constexpr const char* kMakesTemplate = "virt-appliance launch-time";
// For the first call of the first clone. One that takes so long, a hundred times the usual, may
// come from a template that was damaged since it was checked, and spin for ever.
constexpr std::chrono::milliseconds kFirstTry = std::chrono::seconds(20);

class VmWatch final : public calls::MachineWatch {
 public:
  explicit VmWatch(vm::Vm& vm) : vm_(vm) {}
  int fd() const override { return gone_ ? -1 : vm_.qmp().fd(); }
  void require_running() override {
    try {
      vm_.require_running();
    } catch (const Error&) {
      if (vm_.found_stopped())
        throw;
      gone_ = true;  // the end of the connection to guestd is about to tell
    }
  }
  void start_idle() override { vm_.start_idle(); }
  std::chrono::milliseconds idle() override { return vm_.idle(); }
  // These two ask qemu, and may take the event that fd() would have told of.
  void start_rest() override {
    vm_.start_rest();
    require_running();
  }
  std::chrono::milliseconds rest() override {
    const auto time = vm_.rest();
    require_running();
    return time;
  }

 private:
  vm::Vm& vm_;
  bool gone_ = false;
};

// The calls of a launch that has not become a handle's yet.
class LaunchCalls final : public Calls {
 public:
  explicit LaunchCalls(calls::Connection& connection) : connection_(connection) {}

 protected:
  std::string transact(const CallInfo& call, const Request& request) override {
    return connection_.call(call, request, nobody_);
  }
  bool traced() const override { return false; }
  void trace(const std::string&) override {}

 private:
  struct Nobody final : calls::Observer {
    void progress(const calls::Progress&) override {}
  };
  calls::Connection& connection_;
  Nobody nobody_;
};

std::string fresh_entropy() {
  std::string entropy(kEntropyBytes, '\0');
  if (getrandom(entropy.data(), entropy.size(), 0) != static_cast<ssize_t>(entropy.size()))
    base::throw_errno("getrandom");
  return entropy;
}

}  // namespace

bool machine_failed(const Error& e) {
  return e.code() == Errc::Died || e.code() == Errc::Timeout || e.code() == Errc::Corrupt;
}

LaunchAttempt::LaunchAttempt(const Settings& settings,
                             const LaunchDrives& drives,
                             const LaunchCallbacks& callbacks,
                             vm::Accel accel,
                             const LaunchLimits& limits)
    : settings_(settings),
      drives_(drives),
      callbacks_(callbacks),
      accel_(accel),
      limits_(limits),
      plan_(plan_launch(settings, accel)) {
  plan_.options.on_console_line = callbacks.console_line;
  plan_.options.canceller = &callbacks.canceller;
  for (const Drive& drive : drives.opened) prepared_.push_back(drive.prepared);
  lap("plan");
}

Deadline LaunchAttempt::within(std::chrono::milliseconds time) const {
  const Deadline deadline = Deadline::after(time);
  return callbacks_.deadline ? deadline.min(*callbacks_.deadline) : deadline;
}

void LaunchAttempt::lap(const char* step) {
  const auto now = Deadline::Clock::now();
  steps_.push_back({step, std::chrono::duration_cast<std::chrono::microseconds>(now - last_lap_)});
  last_lap_ = now;
}

void LaunchAttempt::warn(const std::string& text) const {
  if (callbacks_.warning)
    callbacks_.warning(text);
}

// The first call: until guestd has answered it, a machine that runs may be one that never will.
Launched LaunchAttempt::launched(vm::Vm vm,
                                 const std::vector<InternalDrive>& described,
                                 std::chrono::milliseconds limit) {
  Launched result;
  result.vm = std::make_unique<vm::Vm>(std::move(vm));
  result.watch = std::make_unique<VmWatch>(*result.vm);
  result.connection = std::make_unique<calls::Connection>(
      result.vm->take_rpc(), callbacks_.canceller, calls::Patience{},
      std::make_unique<calls::TransferDisk>(result.vm->take_transfer_memory()), result.watch.get());
  const auto first_call = within(limit).left();
  result.connection->set_time_left(
      first_call, cat("the call did not end within ",
                      std::chrono::ceil<std::chrono::seconds>(first_call).count(), " s"));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  try {
    LaunchCalls(*result.connection)
        .internal_start(std::chrono::nanoseconds(now).count(), fresh_entropy(), described);
  } catch (const Error& e) {
    result.vm->console().drain();
    // On KVM the error may be remembered, and what the machine printed may be a guest's.
    const bool may_quote = accel_ != vm::Accel::Kvm || described.empty();
    if (result.connection->broken() && may_quote)
      throw Error(e.code(), e.what() + result.vm->end_text(), e.errnum());
    throw;
  }
  result.connection->set_time_unlimited();
  result.report.accelerator = vm::accelerator_name(accel_);
  result.report.process_id = result.vm->pid();
  lap("start guestd");
  return result;
}

// Absent, with why_boot set, when there can be none.
std::optional<vm::Template> LaunchAttempt::get_template(Shared shared) {
  if (settings_.cachedir.empty() && shared == Shared::Use)
    if (auto system = vm::TemplateStore::open_system(kSystemCachedir))
      if (auto found = system->find(plan_.key))
        return found;
  try {
    const std::string cache = vm::cache_directory(settings_.cachedir);
    vm::TemplateStore store(cache,
                            cache == kSystemCachedir ? vm::Readers::Everybody : vm::Readers::Owner);
    return store.find_or_make(
        plan_.key,
        [&](const std::string& directory) {
          boot_time_ = vm::Vm::make_template(plan_.options, directory, within(limits_.boot));
        },
        callbacks_.canceller, within(vm::TemplateStore::kLockTimeout));
  } catch (const Error& e) {
    if (e.code() == Errc::Cancelled || vm::is_own_shortage(e.errnum()))
      throw;  // of what is short a boot needs as much
    if (time_is_up())
      throw Error(e.code(),
                  cat(e.what(), " (the first command on a host also makes a template; '",
                      kMakesTemplate, "' does that without a limit)"),
                  e.errnum());
    if (accel_ == vm::Accel::Kvm && (machine_failed(e) || e.code() == Errc::Remote))
      throw;
    plan_.why_boot = cat("no template: ", e.what());
    warn(cat(e.what(), "; starting without a template, which takes some seconds"));
    return std::nullopt;
  }
}

// What goes wrong without any drive; absent if nothing does.
std::optional<Error> LaunchAttempt::failure_alone(const vm::Template& from) {
  try {
    launched(vm::Vm::clone(plan_.options, from, {}, within(limits_.clone)), {}, kFirstTry);
    return std::nullopt;
  } catch (const Error& e) {
    return e;
  }
}

// After a clone failed: true if another one may succeed, false if a boot may. Rethrows what no
// other template would change. `restored`: the state was loaded, and the first call failed.
bool LaunchAttempt::keep_trying(const Error& e, const vm::Template& from, bool restored) {
  if (time_is_up() || (!machine_failed(e) && (restored || e.code() != Errc::Remote)))
    throw Error(e);  // memory is short, qemu cannot be started, or guestd has refused a drive
  const auto refused = [&](const Error& failure) {
    return (!restored && failure.code() == Errc::Corrupt) || vm::is_damaged(from);
  };
  if (!refused(e)) {
    if (accel_ == vm::Accel::Kvm)
      throw Error(e);
    if (e.code() == Errc::Timeout)
      return true;  // a busy host says nothing about the template
    const std::optional<Error> failure = prepared_.empty() ? e : failure_alone(from);
    if (!failure)
      throw Error(e);
    plan_.why_boot = failure->what();
    return false;
  }
  plan_.why_boot = e.what();
  try {
    vm::TemplateStore(vm::cache_directory(settings_.cachedir))
        .remove_bad(plan_.key, from, callbacks_.canceller, within(vm::TemplateStore::kLockTimeout));
    return true;
  } catch (const Error& removal) {
    plan_.why_boot += cat("; ", removal.what(), "; 'virt-appliance clear' deletes bad templates");
    return false;
  }
}

std::optional<Launched> LaunchAttempt::clone() {
  constexpr int kAttempts = 2;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    const auto from = get_template(attempt == 1 ? Shared::Use : Shared::Avoid);
    lap("find template");
    if (!from)
      return std::nullopt;
    bool restored = false;
    try {
      vm::Vm vm = vm::Vm::clone(plan_.options, *from, prepared_, within(limits_.clone));
      restored = true;
      lap("restore");
      const bool tries_again = attempt < kAttempts && accel_ != vm::Accel::Kvm;
      const auto limit = tries_again ? std::min(kFirstTry, limits_.first_call) : limits_.first_call;
      Launched result = launched(std::move(vm), drives_.described, limit);
      result.report.cloned = true;
      return result;
    } catch (const Error& e) {
      if (!keep_trying(e, *from, restored))
        break;
      if (attempt == kAttempts && (accel_ == vm::Accel::Kvm || e.code() == Errc::Timeout))
        throw;
    }
  }
  warn(cat("the template could not be restored (", plan_.why_boot, "); starting without one"));
  return std::nullopt;
}

Launched LaunchAttempt::run() {
  std::optional<Launched> result;
  if (plan_.why_boot.empty())
    result = clone();
  if (!result) {
    vm::Vm vm = vm::Vm::boot(plan_.options, prepared_, within(limits_.boot));
    lap("boot");
    result = launched(std::move(vm), drives_.described, limits_.first_call);
    result->report.why_booted = plan_.why_boot;
  }
  result->report.steps = steps_;
  return std::move(*result);
}

}  // namespace glovebox::session
