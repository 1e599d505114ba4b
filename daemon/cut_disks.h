// SPDX-License-Identifier: GPL-2.0-or-later
//
// Disks that end before their partitions do: images that were cut short. The kernel shortens such a
// partition of an MBR without a word, and drops a whole GPT, so that nothing of the disk is seen.
#pragma once

#include <vector>

#include "daemon/appliance.h"

namespace glovebox::guestd {

// A problem for each partition that ends behind the end of its drive or array. Where the kernel has
// dropped the table, it is told of the partitions as far as they are there.
std::vector<AssemblyProblem> find_cut_disks(Appliance& app);

}  // namespace glovebox::guestd
