// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/supervisor/descriptors.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {
namespace {

void close_range_or_fail(unsigned first, unsigned last) {
  if (first <= last && syscall(SYS_close_range, first, last, 0) != 0)
    fail_errno("close_range");
}

}  // namespace

void close_all_but(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned next = 3;
  for (const int fd : keep) {
    if (fd < static_cast<int>(next))
      continue;
    close_range_or_fail(next, static_cast<unsigned>(fd) - 1);
    next = static_cast<unsigned>(fd) + 1;
  }
  close_range_or_fail(next, UINT_MAX);
}

}  // namespace glovebox::vm
