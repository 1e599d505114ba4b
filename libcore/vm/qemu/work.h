// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the host sees of a machine's work: processor time of qemu, requests to disks, lines on the
// console. Whether a machine works, or only says that it does, is told by two such looks. All of it
// comes from qemu and its guest: one that wants to look busy can. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/deadline.h"

namespace glovebox::vm {

struct Work {
  base::Deadline::Clock::time_point at;                     // of the look
  std::optional<std::chrono::milliseconds> processor_time;  // so far; absent: not known
  std::optional<uint64_t> disk_requests;                    // likewise
  uint64_t console_bytes = 0;
};

// Whether more was done between two looks than what guestd's heartbeats cost. A machine whose
// processor time is not known gets the benefit of the doubt.
bool has_worked(const Work& before, const Work& after);

// The requests of all drives in qemu's answer to query-blockstats: read, write, flush. What is not
// a number there counts as 0.
uint64_t disk_requests_in(const std::string& blockstats);

}  // namespace glovebox::vm
