// SPDX-License-Identifier: GPL-2.0-or-later
//
// The applications of a guest whose packages are in a ledger.
#pragma once

#include "inspect/plugin/kit.h"

namespace glovebox::inspect::linux_plugin {

// Adds them, and says that the list is complete only if a ledger was there and could be read. What
// is wrong with it, in whole or in part, is a problem.
void add_ledger_applications(kit::Guest& guest);

}  // namespace glovebox::inspect::linux_plugin
