// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

namespace glovebox::vm {

// What about this host's processor a template depends on: its model (KVM passes it through) and the
// rate of its time stamp counter, on which emulated guests run, too. Read with CPUID; the same text
// as long as the host is the same.
std::string host_cpu_stamp();

}  // namespace glovebox::vm
