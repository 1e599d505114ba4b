// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/launcher.h"

#include <chrono>
#include <optional>

#include "base/cat.h"
#include "base/error.h"
#include "session/settings.h"
#include "vm/accelerator.h"
#include "vm/cache_dir.h"
#include "vm/host_cpu.h"
#include "vm/shortage.h"

namespace glovebox::session {
namespace {

using base::cat;
using base::Deadline;

constexpr auto kCloneTimeout = std::chrono::seconds(30);
constexpr auto kBootTimeout = std::chrono::seconds(120);

// Collects how long each step took.
class Stopwatch {
 public:
  explicit Stopwatch(LaunchReport& report) : report_(report) {}
  void lap(const char* name) {
    const auto now = Deadline::Clock::now();
    report_.steps.push_back(
        {name, std::chrono::duration_cast<std::chrono::microseconds>(now - last_)});
    last_ = now;
  }

 private:
  LaunchReport& report_;
  Deadline::Clock::time_point last_ = Deadline::Clock::now();
};

struct Plan {
  vm::VmOptions options;
  vm::Verdict verdict;
  std::string key;
  std::string why_boot;  // not empty: templates cannot be used with these settings
};

Plan make_plan(const Settings& settings, const LaunchCallbacks& callbacks) {
  Plan plan;
  const vm::Hypervisor hypervisor = vm::find_hypervisor(settings.hv);
  const MachineSize size = machine_size(settings);
  plan.options.appliance = vm::find_appliance(settings.path);
  plan.verdict = vm::choose_accelerator(hypervisor, settings.backend_settings,
                                        vm::cache_directory(settings.cachedir));
  plan.options.machine = {.qemu = hypervisor.path,
                          .accel = plan.verdict.accel,
                          .memory_mib = size.memory_mib,
                          .cpus = size.cpus,
                          .kernel = plan.options.appliance.kernel,
                          .initrd = plan.options.appliance.initrd,
                          .append = settings.append,
                          .arguments = settings.hv_arguments,
                          .network = settings.network,
                          .verbose = settings.verbose};
  plan.options.require_confinement = settings.require_confinement;
  plan.options.script = hypervisor.is_script;
  plan.options.on_console_line = callbacks.console_line;
  plan.options.canceller = &callbacks.canceller;
  plan.key = cat(hypervisor.stamp, "\n", plan.options.appliance.digest, "\n");
  if (plan.verdict.accel == vm::Accel::Kvm)  // an emulated CPU is the same on every host
    plan.key += vm::host_cpu_stamp() + "\n";
  for (const std::string& argument : vm::machine_arguments(plan.options.machine))
    plan.key += argument + "\n";
  if (settings.network)
    plan.why_boot = "the network is on";
  else if (!settings.hv_arguments.empty())
    plan.why_boot = "the hypervisor has arguments of the caller's";
  else if (hypervisor.is_script)
    plan.why_boot = cat(hypervisor.path, " is a script");
  return plan;
}

vm::Template find_or_make(const Plan& plan,
                          vm::TemplateStore& store,
                          const base::Canceller& canceller) {
  return store.find_or_make(
      plan.key,
      [&](const std::string& directory) {
        vm::Vm::make_template(plan.options, directory, Deadline::after(kBootTimeout));
      },
      canceller);
}

// Whether the system-wide store may be used: not after its template turned out to be bad.
enum class Shared { Use, Avoid };

// The template, from the system's store or the user's own; absent, with plan.why_boot set, when
// there can be none.
std::optional<vm::Template> get_template(Plan& plan,
                                         const Settings& settings,
                                         const LaunchCallbacks& callbacks,
                                         Shared shared) {
  if (settings.cachedir.empty() && shared == Shared::Use)
    if (auto system = vm::TemplateStore::open_system(kSystemCachedir))
      if (auto found = system->find(plan.key))
        return found;
  try {
    vm::TemplateStore store(vm::cache_directory(settings.cachedir));
    return find_or_make(plan, store, callbacks.canceller);
  } catch (const Error& e) {
    if (e.code() == Errc::Cancelled || vm::is_own_shortage(e.errnum()))
      throw;  // of what is short a boot needs as much
    plan.why_boot = cat("no template: ", e.what());
    if (callbacks.warning)
      callbacks.warning(cat(e.what(), "; starting without a template, which takes some seconds"));
    return std::nullopt;
  }
}

std::vector<vm::PreparedDrive> prepared(const std::vector<Drive>& drives) {
  std::vector<vm::PreparedDrive> result;
  for (const Drive& drive : drives) result.push_back(drive.prepared);
  return result;
}

// What goes wrong without any drive; absent if nothing does.
std::optional<Error> failure_alone(const Plan& plan, const vm::Template& from) {
  try {
    vm::Vm::clone(plan.options, from, {}, Deadline::after(kCloneTimeout));
    return std::nullopt;
  } catch (const Error& e) {
    return e;
  }
}

// qemu refused what is in it, or it is not what it was when it was made.
bool speaks_against(const vm::Template& from, const Error& failure) {
  return failure.code() == Errc::Corrupt || vm::is_damaged(from);
}

// A clone; when the template turns out to be bad it is made anew once, and after that there is
// none.
std::optional<vm::Vm> try_clone(Plan& plan,
                                const Settings& settings,
                                const std::vector<vm::PreparedDrive>& drives,
                                const LaunchCallbacks& callbacks,
                                Stopwatch& watch) {
  for (int attempt = 1; attempt <= 2; ++attempt) {
    const auto from =
        get_template(plan, settings, callbacks, attempt == 1 ? Shared::Use : Shared::Avoid);
    watch.lap("find template");
    if (!from)
      return std::nullopt;
    try {
      vm::Vm vm = vm::Vm::clone(plan.options, *from, drives, Deadline::after(kCloneTimeout));
      watch.lap("restore");
      return vm;
    } catch (const Error& e) {
      if (e.code() == Errc::System || e.code() == Errc::Denied)
        throw;  // memory is short, or qemu cannot be started at all, or not as confined as asked
      if (e.code() == Errc::Timeout) {  // a busy host says nothing about the template
        if (attempt == 2)
          throw;
        continue;
      }
      // The drives may be at fault rather than the template: what goes wrong without them counts.
      const std::optional<Error> failure = drives.empty() ? e : failure_alone(plan, *from);
      if (!failure)
        throw;
      plan.why_boot = failure->what();
      if (!speaks_against(*from, *failure))
        break;
      try {
        vm::TemplateStore(vm::cache_directory(settings.cachedir))
            .remove_bad(plan.key, *from, callbacks.canceller);
      } catch (const Error&) {
        return std::nullopt;
      }
    }
  }
  if (callbacks.warning)
    callbacks.warning(
        cat("the template could not be restored (", plan.why_boot, "); starting without one"));
  return std::nullopt;
}

}  // namespace

Launched launch_appliance(const Settings& settings,
                          const std::vector<Drive>& drives,
                          const LaunchCallbacks& callbacks) {
  LaunchReport report;
  Stopwatch watch(report);
  Plan plan = make_plan(settings, callbacks);
  watch.lap("plan");
  report.accelerator = plan.verdict.accel == vm::Accel::Kvm ? "kvm" : "tcg";
  if (callbacks.library_message)
    callbacks.library_message(cat("accelerator ", report.accelerator, ": ", plan.verdict.reason));
  const auto ready_drives = prepared(drives);
  std::optional<vm::Vm> vm;
  if (plan.why_boot.empty())
    vm = try_clone(plan, settings, ready_drives, callbacks, watch);
  report.cloned = vm.has_value();
  if (!vm) {
    report.why_booted = plan.why_boot;
    vm = vm::Vm::boot(plan.options, ready_drives, Deadline::after(kBootTimeout));
    watch.lap("boot");
  }
  report.process_id = vm->pid();
  return {std::move(*vm), std::move(report)};
}

std::string make_template_now(const Settings& settings, const LaunchCallbacks& callbacks) {
  Plan plan = make_plan(settings, callbacks);
  if (!plan.why_boot.empty())
    throw Error(Errc::Usage, "these settings use no template: " + plan.why_boot);
  const std::string cache = vm::cache_directory(settings.cachedir);
  vm::TemplateStore store(cache,
                          cache == kSystemCachedir ? vm::Readers::Everybody : vm::Readers::Owner);
  store.remove(plan.key, callbacks.canceller);
  find_or_make(plan, store, callbacks.canceller);
  return store.path_of(plan.key);
}

}  // namespace glovebox::session
