// SPDX-License-Identifier: GPL-2.0-or-later
//
// The distribution's logo, where libguestfs looks for it.
#pragma once

#include "plugins/linux/identity.h"

namespace glovebox::inspect::linux_plugin {

void add_icon(kit::Guest& guest, const Identity& identity);

}  // namespace glovebox::inspect::linux_plugin
