// SPDX-License-Identifier: LGPL-2.1-or-later
//
// From settings and drives to a running appliance: which one, on which accelerator, from which
// template. A template that cannot be had is no failure: the launch then boots, says why, and goes
// on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "glovebox/admin.h"
#include "glovebox/handle.h"
#include "session/drive.h"
#include "vm/vm.h"

namespace glovebox::session {

struct LaunchCallbacks {
  std::function<void(const std::string&)> warning;
  std::function<void(const std::string&)> library_message;  // verbose only
  vm::Console::LineCallback console_line;
  const base::Canceller& canceller;  // ends the launch early with Error(Cancelled)
};

struct Launched {
  vm::Vm vm;
  LaunchReport report;
};

// Throws when no appliance can be started at all; see vm::Vm for which errors.
Launched launch_appliance(const Settings& settings,
                          const std::vector<Drive>& drives,
                          const LaunchCallbacks& callbacks);

// Makes the template that these settings use, replacing what was there; returns its directory.
std::string make_template_now(const Settings& settings, const LaunchCallbacks& callbacks);

}  // namespace glovebox::session
