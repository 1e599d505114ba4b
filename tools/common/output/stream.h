// SPDX-License-Identifier: GPL-2.0-or-later
//
// Receiving what a call sends to a file (FileOut) without leaving a file: as it comes, or whole and
// up to a limit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "glovebox/calls.h"

namespace glovebox::tools {

// Runs `produce`, which writes into a pipe, in this thread, and `consume` for each piece, in order,
// in another; returns when both are done. If consume throws, produce's writes fail with EPIPE, and
// what consume threw is thrown here; else what produce threw. SIGPIPE must be ignored (run_program
// does).
void stream(const std::function<void(const LocalFile&)>& produce,
            const std::function<void(std::string_view)>& consume);

// The whole of what `produce` writes; it fails past max_bytes.
std::string collect(const std::function<void(const LocalFile&)>& produce, uint64_t max_bytes);

}  // namespace glovebox::tools
