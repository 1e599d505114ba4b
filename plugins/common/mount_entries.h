// SPDX-License-Identifier: GPL-2.0-or-later
//
// The mount table of a Unix guest: /etc/fstab, with names that only the guest's other tables
// explain (/etc/crypttab, mdadm.conf) turned into UUIDs.
#pragma once

#include "inspect/plugin/kit.h"

namespace glovebox::inspect {

void add_mount_entries(kit::Guest& guest);

}  // namespace glovebox::inspect
