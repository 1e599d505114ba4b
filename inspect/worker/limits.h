// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace glovebox::inspect {

// Limits on one plugin's process.
struct WorkerLimits {
  std::chrono::milliseconds start = std::chrono::seconds(5);      // load the plugin and say hello
  std::chrono::milliseconds detect = std::chrono::seconds(4);     // one volume
  std::chrono::milliseconds describe = std::chrono::seconds(30);  // one system
  uint64_t address_space_bytes = 1024ull << 20;
  uint64_t cpu_seconds = 120;
};

}  // namespace glovebox::inspect
