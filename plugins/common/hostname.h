// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "inspect/plugin/kit.h"

namespace glovebox::inspect {

// The name that a Unix guest gives itself, by the files that distributions keep it in; empty if none
// has one. A file that cannot be read is a problem.
std::string find_hostname(kit::Guest& guest);

}  // namespace glovebox::inspect
