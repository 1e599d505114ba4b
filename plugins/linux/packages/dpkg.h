// SPDX-License-Identifier: GPL-2.0-or-later
//
// The applications of a Debian-like guest, from dpkg's database.
#pragma once

#include "inspect/plugin/kit.h"

namespace glovebox::inspect::linux_plugin {

// Adds them, and says that the list is complete only if a database was there and could be read.
// What is wrong with it, in whole or in part, is a problem.
void add_dpkg_applications(kit::Guest& guest);

}  // namespace glovebox::inspect::linux_plugin
