// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/host_cpu.h"

#include <cpuid.h>

#include <cstdint>

#include "base/cat.h"

namespace glovebox::vm {
namespace {

// Leaves of the Intel SDM, volume 2, CPUID: 0 vendor, 1 family and features, 7 features, 0x15 TSC
// ratio, 0x16 frequency; 0x40000010 is the TSC rate as hypervisors tell it.
constexpr uint32_t kLeaves[] = {0,          1,          7,          0x15,      0x16,
                                0x40000010, 0x80000002, 0x80000003, 0x80000004};

// Leaf 1, EBX bits 24-31 and leaf 0xb say which processor this thread happens to run on.
constexpr uint32_t kWhereWeRun = 0xff000000;

}  // namespace

std::string host_cpu_stamp() {
  std::string stamp;
  for (const uint32_t leaf : kLeaves) {
    uint32_t a = 0, b = 0, c = 0, d = 0;
    if (leaf == 0x40000010)
      __cpuid(leaf, a, b, c, d);
    else if (!__get_cpuid_count(leaf, 0, &a, &b, &c, &d))
      continue;
    if (leaf == 1)
      b &= ~kWhereWeRun;
    stamp += base::cat(std::hex, leaf, ":", a, ",", b, ",", c, ",", d, ";");
  }
  return stamp;
}

}  // namespace glovebox::vm
