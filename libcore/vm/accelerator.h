// SPDX-License-Identifier: LGPL-2.1-or-later
//
// KVM or emulation (TCG). KVM counts only if a virtual CPU really executes: nested and para-virtual
// hosts offer a /dev/kvm on which qemu aborts or hangs. The verdict is remembered in the cache
// directory for this boot of the host.
#pragma once

#include <string>
#include <vector>

#include "vm/hypervisor.h"
#include "vm/machine.h"

namespace glovebox::vm {

struct Verdict {
  Accel accel = Accel::Tcg;
  std::string reason;  // one line for people
};

// `settings`: backend settings; force_tcg and force_kvm are obeyed, both at once is a Usage error,
// force_kvm without a working KVM is Unsupported. Takes 5 seconds at most.
Verdict choose_accelerator(const Hypervisor& hypervisor,
                           const std::vector<std::string>& settings,
                           const std::string& cache_directory);

}  // namespace glovebox::vm
