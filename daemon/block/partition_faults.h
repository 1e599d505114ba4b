// SPDX-License-Identifier: GPL-2.0-or-later
//
// Partition tables that the kernel does not believe, or not as they stand, so that partitions are
// missing without a word: those of images that were cut short, and GPTs of which a part is damaged.
#pragma once

#include <vector>

#include "daemon/block/assembly.h"

namespace glovebox::guestd {

// A problem for each partition that ends behind the end of its drive or array, and for each GPT
// that the kernel does not use. Where anything whole is left of such a table, the kernel is told of
// the partitions as far as they are there.
std::vector<AssemblyProblem> find_partition_faults(Assembly& assembly);

}  // namespace glovebox::guestd
