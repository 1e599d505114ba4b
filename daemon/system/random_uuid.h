// SPDX-License-Identifier: GPL-2.0-or-later
//
// A new UUID, from the kernel's random generator, which every clone reseeds before its first call.
#pragma once

#include <string>

namespace glovebox::guestd {

// "c12a7328-f81f-41d2-ba4b-00a0c93ec93b", version 4 of RFC 4122.
std::string random_uuid();

}  // namespace glovebox::guestd
