// SPDX-License-Identifier: GPL-2.0-or-later
//
// A plugin's shared object, loaded into this process and checked: the symbol, the size and version
// of its descriptor, its name. Only a worker's process does this. Nothing is ever unloaded.
#pragma once

#include <string>

#include "inspect/plugin/plugin.h"

namespace glovebox::inspect {

// The descriptor, completed with NULL where the plugin was built against an older, shorter one.
// Throws NotFound, Unsupported or Corrupt with a message for the user.
glovebox_inspect_descriptor load_plugin(const std::string& path);

// The same checks on a descriptor that is there already.
glovebox_inspect_descriptor checked_plugin(const glovebox_inspect_descriptor* found);

}  // namespace glovebox::inspect
