// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "daemon/appliance.h"

namespace glovebox::guestd {

// Runs what calls will run, on throw-away data, before the template is saved: code and tables are
// then in memory and need no first time. Touches no random generator. A step that fails is only
// slower later.
void warm_up(Appliance& app);

}  // namespace glovebox::guestd
