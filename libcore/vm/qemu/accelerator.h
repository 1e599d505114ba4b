// SPDX-License-Identifier: LGPL-2.1-or-later
//
// KVM or emulation (TCG), as far as it can be said without starting anything. A /dev/kvm that opens
// proves little: nested and para-virtual hosts have one on which qemu aborts, or whose firmware
// speaks and whose kernel then crawls or stops. So KVM counts once the appliance itself has run on
// it, which the launch tries (session/launcher); the verdict is remembered.
#pragma once

#include <string>
#include <vector>

#include "vm/host/kvm_verdict_store.h"
#include "vm/qemu/machine.h"

namespace glovebox::vm {

struct AcceleratorChoice {
  Accel accel = Accel::Tcg;
  std::string reason;   // one line for people
  std::string checked;  // when KVM was tried, RFC 3339 in UTC; empty if it was not
  bool trial = false;   // KVM is to be tried: nobody knows yet whether it works
  bool lost = false;    // KVM worked, and cannot be opened any more
};

// "kvm", "tcg": as in libguestfs's settings and in reports for programs.
const char* accelerator_name(Accel accel);

// Why KVM is out of the question; empty if /dev/kvm opens.
std::string why_no_kvm();

// `settings`: backend settings; force_tcg and force_kvm are obeyed, both at once is a Usage error,
// force_kvm where KVM is known not to work is Unsupported. `no_kvm`: see why_no_kvm.
AcceleratorChoice choose_accelerator(const std::vector<std::string>& settings,
                                     const KvmVerdictStore& verdicts,
                                     const std::string& no_kvm = why_no_kvm());

// Whether `settings` hold force_kvm, under which nothing else may be used.
bool kvm_is_forced(const std::vector<std::string>& settings);
// Error(Unsupported) "force_kvm is set, but KVM cannot be used: REASON; ..." with what to do.
[[noreturn]] void throw_forced_kvm(const std::string& reason);

}  // namespace glovebox::vm
