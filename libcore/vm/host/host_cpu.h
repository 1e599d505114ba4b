// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

namespace glovebox::vm {

// What about this host's processor a template of KVM's depends on: its model, which KVM passes
// through, and the rate of its time stamp counter. Read with CPUID; the same text as long as the
// host is the same.
std::string host_cpu_stamp();

}  // namespace glovebox::vm
