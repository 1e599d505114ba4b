// SPDX-License-Identifier: LGPL-2.1-or-later
//
// From settings and drives to a running appliance that answers: which one, on which accelerator,
// from which template. A template that cannot be had is no failure: the launch then boots, says
// why, and goes on. Nor is a KVM that does not work: emulation takes its place in the same launch.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calls/connection.h"
#include "glovebox/admin.h"
#include "glovebox/handle.h"
#include "session/drive.h"
#include "vm/qemu/accelerator.h"
#include "vm/vm.h"

namespace glovebox::session {

struct LaunchCallbacks {
  std::function<void(const std::string&)> warning;
  std::function<void(const std::string&)> library_message;  // verbose only
  vm::Console::LineCallback console_line;
  // A launch that is not over by then is Error(Timeout), and nothing else is tried.
  std::optional<base::Deadline> deadline = {};
  base::Canceller& canceller;  // ends the launch early with Error(Cancelled); outlives `Launched`
};

// What a launch starts the machine with.
struct LaunchDrives {
  const std::vector<Drive>& opened;
  const std::vector<InternalDrive>& described;  // for guestd
};

// The connection watches the machine, which stays where it is.
struct Launched {
  std::unique_ptr<vm::Vm> vm;
  std::unique_ptr<calls::MachineWatch> watch;
  std::unique_ptr<calls::Connection> connection;
  vm::AcceleratorChoice accelerator;
  LaunchReport report;
};

// guestd has answered its first call when this returns. Throws when no appliance can be started at
// all; see vm::Vm for which errors.
Launched launch_appliance(const Settings& settings,
                          const LaunchDrives& drives,
                          const LaunchCallbacks& callbacks);

// The accelerator that a launch would use. KVM that has not been tried is tried now, by a launch
// without drives.
vm::AcceleratorChoice find_accelerator(const Settings& settings,
                                       const LaunchCallbacks& callbacks,
                                       Probe probe);

// KVM stopped a machine that had been launched: the next launch uses emulation. False if `report` is
// not that of a machine on KVM, or nothing can be remembered.
bool note_kvm_failure(const Settings& settings,
                      const LaunchReport& report,
                      const std::string& reason);

// Makes the template that these settings use, replacing what was there; returns its directory.
std::string make_template_now(const Settings& settings, const LaunchCallbacks& callbacks);

}  // namespace glovebox::session
