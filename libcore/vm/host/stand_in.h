// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The seam by which tests play hosts whose KVM is broken. $GLOVEBOX_KVM_STAND_IN names a program
// that is run in qemu's place wherever KVM would be used, with qemu's own command line behind its
// name; /dev/kvm is not looked at then. The program runs with the walls down, as a hypervisor that
// is a script does, and `virt-appliance check` reports that. Read from the environment when asked.
#pragma once

#include <chrono>
#include <string>

namespace glovebox::vm {

// Empty: none, as everywhere but in tests.
std::string kvm_stand_in();

// How long KVM may take for each step of its trial. A working one needs a second, so ten are
// generous; $GLOVEBOX_KVM_TRIAL_SECONDS changes it where emulation plays a KVM that works.
std::chrono::milliseconds kvm_trial_time();

}  // namespace glovebox::vm
