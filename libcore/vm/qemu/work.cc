// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/work.h"

#include <nlohmann/json.hpp>

namespace glovebox::vm {
namespace {

using nlohmann::json;

// A machine that only sends heartbeats uses less than one part in so many of a processor
// (docs/decisions.md has the measurement).
constexpr int kRestShare = 20;

}  // namespace

bool has_worked(const Work& before, const Work& after) {
  const bool has_run =
      !before.processor_time || !after.processor_time ||
      *after.processor_time - *before.processor_time > (after.at - before.at) / kRestShare;
  const bool has_asked =
      before.disk_requests && after.disk_requests && *before.disk_requests != *after.disk_requests;
  return has_run || has_asked || before.console_bytes != after.console_bytes;
}

uint64_t disk_requests_in(const std::string& blockstats) {
  uint64_t sum = 0;  // may wrap: only a difference counts
  const json drives = json::parse(blockstats, nullptr, false);
  if (!drives.is_array())
    return sum;
  for (const json& drive : drives) {
    if (!drive.is_object() || !drive.contains("stats") || !drive["stats"].is_object())
      continue;
    const json& stats = drive["stats"];
    for (const char* name : {"rd_operations", "wr_operations", "flush_operations"})
      if (stats.contains(name) && stats[name].is_number_unsigned())
        sum += stats[name].get<uint64_t>();
  }
  return sum;
}

}  // namespace glovebox::vm
