// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Locks between processes that share a cache directory: flock(2) on a file that may be deleted
// while somebody waits for it. The lock is released when the descriptor is closed.
#pragma once

#include <string>

#include "base/canceller.h"
#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::vm {

// Makes the file if it is missing and takes the lock. Throws Timeout when another process keeps it
// until the deadline, Cancelled, and System.
base::UniqueFd lock_file(const std::string& path,
                         const base::Deadline& deadline,
                         const base::Canceller& canceller);

}  // namespace glovebox::vm
