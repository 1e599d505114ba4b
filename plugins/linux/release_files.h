// SPDX-License-Identifier: GPL-2.0-or-later
//
// The release files from before os-release, each with its own wording.
#pragma once

#include "plugins/linux/identity.h"

namespace glovebox::inspect::linux_plugin {

// Tries them in their order; true as soon as one of them says enough.
bool take_release_files(kit::Guest& guest, Identity& identity);

}  // namespace glovebox::inspect::linux_plugin
