// SPDX-License-Identifier: GPL-2.0-or-later
//
// Opening a guest's encrypted volumes (LUKS, BitLocker), so that inspection and mounting see what
// they hold. A container that no key is given for, and nobody can be asked about, stays closed;
// inspection tells of it.
#pragma once

#include "glovebox/calls.h"
#include "tools/common/keys.h"

namespace glovebox::tools {

enum class Ask { No, Yes };

// Opens every container that there is a key for, those inside of others too, as
// /dev/mapper/luks-UUID. Throws UsageError if none of a container's keys opens it.
void open_encrypted(Calls& guest, Keys& keys, Ask ask);

}  // namespace glovebox::tools
