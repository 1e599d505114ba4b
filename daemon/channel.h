// SPDX-License-Identifier: GPL-2.0-or-later
//
// The virtio-serial port that guestd and the library talk through, found by its name.
#pragma once

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::guestd {

inline constexpr const char* kPortName = "org.glovebox.rpc";

// Opens the port, waiting for it to appear; throws Timeout when it does not.
base::UniqueFd open_channel(const base::Deadline& deadline);

}  // namespace glovebox::guestd
