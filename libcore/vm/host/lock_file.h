// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Locks between processes that share a cache directory: flock(2) on a file that may be deleted
// while somebody waits for it. The lock is released when the descriptor is closed.
#pragma once

#include <chrono>
#include <string>

#include "base/canceller.h"
#include "base/unique_fd.h"

namespace glovebox::vm {

// Makes the file if it is missing and takes the lock. Throws Timeout when another process keeps it
// for longer than `longest_wait`, Cancelled, and System.
base::UniqueFd lock_file(const std::string& path,
                         std::chrono::seconds longest_wait,
                         const base::Canceller& canceller);

}  // namespace glovebox::vm
