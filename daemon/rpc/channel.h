// SPDX-License-Identifier: GPL-2.0-or-later
//
// What guestd and the library talk through: a virtio-serial port, found by its name, and beside it
// the disk that carries the large pieces of files, found by its serial number.
#pragma once

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::guestd {

inline constexpr const char* kPortName = "org.glovebox.rpc";
inline constexpr const char* kTransferSerial = "transfer";

// Opens the port, waiting for it to appear; throws Timeout when it does not.
base::UniqueFd open_channel(const base::Deadline& deadline);

// Opens the disk for direct I/O, once the port is there. No name in /dev is left of it: it is none
// of the guest's.
base::UniqueFd open_transfer_disk();

}  // namespace glovebox::guestd
