// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/launch_plan.h"

#include "base/cat.h"
#include "session/settings.h"
#include "vm/host/cache_dir.h"
#include "vm/host/host_cpu.h"
#include "vm/host/stand_in.h"
#include "vm/qemu/hypervisor.h"
#include "vm/template/appliance.h"

namespace glovebox::session {

using base::cat;

LaunchPlan plan_launch(const Settings& settings, vm::Accel accel) {
  LaunchPlan plan;
  const vm::Hypervisor hypervisor = vm::find_hypervisor(settings.hv);
  const MachineSize size = machine_size(settings);
  const std::string stand_in = accel == vm::Accel::Kvm ? vm::kvm_stand_in() : "";
  plan.options.appliance = vm::find_appliance(settings.path);
  plan.options.machine = {.qemu = hypervisor.path,
                          .accel = accel,
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
  plan.options.kvm_stand_in = stand_in;
  plan.key = cat(hypervisor.stamp, stand_in, "\n", plan.options.appliance.digest, "\n");
  if (accel == vm::Accel::Kvm)  // an emulated CPU is the same on every host
    plan.key += vm::host_cpu_stamp() + "\n";
  for (const std::string& argument : vm::machine_arguments(plan.options.machine))
    plan.key += argument + "\n";
  if (settings.network)
    plan.why_boot = "the network is on";
  else if (!settings.hv_arguments.empty())
    plan.why_boot = "the caller gives arguments to the hypervisor";
  else if (hypervisor.is_script)
    plan.why_boot = cat(hypervisor.path, " is a script");
  return plan;
}

vm::KvmVerdictStore kvm_verdicts(const Settings& settings) {
  return {vm::cache_directory(settings.cachedir),
          cat(vm::find_hypervisor(settings.hv).stamp, " ",
              vm::find_appliance(settings.path).description.kernel, " ", vm::kvm_stand_in())};
}

}  // namespace glovebox::session
