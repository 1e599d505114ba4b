// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What qemu's answers and events say, from their JSON. qemu may be in the guest's hands: whatever
// is not as it should be reads as nothing, and texts are cut. Pure functions; any thread.
#pragma once

#include <compare>
#include <optional>
#include <string>

namespace glovebox::vm {

// A request that the host could not fulfil.
struct IoError {
  std::string device;       // DriveIds::device
  bool on_overlay = false;  // the throw-away layer, not an image
  std::string operation;    // "read", "write"
  std::string reason;       // "No space left on device"
  auto operator<=>(const IoError&) const = default;
};

// From the data of BLOCK_IO_ERROR; absent if it is no object.
std::optional<IoError> parse_io_error(const std::string& event_data);

// The machine's state by query-status, "internal error"; "for no known reason" if there is none.
std::string parse_status(const std::string& reply);

enum class Migration { Goes, Completed, Failed };
// From the data of a MIGRATION event.
Migration parse_migration(const std::string& event_data);

}  // namespace glovebox::vm
