// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Drives of a machine that runs: attached and detached over QMP. The guest hears of a new drive by
// itself; before one is detached it must have let go of it. Both wait until qemu is done. Errors
// are those of Qmp: Remote with qemu's words, Died, Timeout.
#pragma once

#include "base/deadline.h"
#include "vm/machine_start.h"
#include "vm/qemu/qmp.h"

namespace glovebox::vm {

// Nothing of a drive that qemu refuses stays attached. The descriptors may be closed afterwards:
// qemu has its own.
void hot_add(Qmp& qmp, const PreparedDrive& drive, const base::Deadline& deadline);

// After it nothing of qemu's has the image open.
void hot_remove(Qmp& qmp, const DriveIds& drive, const base::Deadline& deadline);

}  // namespace glovebox::vm
