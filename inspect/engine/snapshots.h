// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which systems are snapshots of others.
#pragma once

#include <vector>

#include "inspect/engine/mount_table.h"
#include "inspect/report/report.h"

namespace glovebox::inspect {

// A btrfs snapshot of a system that is there itself is a backup, not a second system: removes it.
void drop_snapshots(const Disks& disks, std::vector<OperatingSystem>& systems);

}  // namespace glovebox::inspect
