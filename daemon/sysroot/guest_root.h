// SPDX-License-Identifier: GPL-2.0-or-later
//
// Programs of the appliance that take paths of the guest: they run with the guest's tree as their
// root (appliance/guest_root.c).
#pragma once

#include "daemon/process/program.h"

namespace glovebox::guestd {

// The same program with the guest's tree as its root. It must not start others.
Program in_guest_root(Program program);

}  // namespace glovebox::guestd
