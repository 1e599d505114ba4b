// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a launch with these settings on this accelerator is made of: the machine, and the key of the
// template that it is cloned from. Nothing is started here.
#pragma once

#include <string>

#include "glovebox/handle.h"
#include "vm/host/kvm_verdict_store.h"
#include "vm/qemu/accelerator.h"
#include "vm/vm.h"

namespace glovebox::session {

struct LaunchPlan {
  vm::VmOptions options;  // without what depends on the caller: console and canceller
  std::string key;        // everything that a template depends on
  std::string why_boot;   // not empty: templates cannot be used with these settings
};

// Throws NotFound when there is no qemu or no appliance.
LaunchPlan plan_launch(const Settings& settings, vm::Accel accel);

// Where the verdict on KVM with these settings is remembered.
vm::KvmVerdictStore kvm_verdicts(const Settings& settings);

}  // namespace glovebox::session
