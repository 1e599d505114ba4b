// SPDX-License-Identifier: GPL-2.0-or-later
//
// The child's side of a Worker: what runs after fork(2) until the engine closes the socket.
#pragma once

#include <string>

#include "inspect/worker/limits.h"

namespace glovebox::inspect {

[[noreturn]] void run_worker_process(const std::string& plugin_path,
                                     const WorkerLimits& limits,
                                     int socket);

}  // namespace glovebox::inspect
