// SPDX-License-Identifier: GPL-2.0-or-later
//
// Reading a guest's file where a failure is that file's problem and not the whole guest's.
#pragma once

#include <optional>
#include <string>

#include "inspect/plugin/kit.h"

namespace glovebox::inspect {

// The file; absent if it is not there, or if it could not be read, which is then told as a problem.
inline std::optional<std::string> read_or_report(kit::Guest& guest,
                                                 const std::string& path,
                                                 size_t cap) {
  try {
    return guest.try_read(path, cap);
  } catch (const kit::Error& e) {
    guest.problem(e.path(), e.what());
    return std::nullopt;
  }
}

}  // namespace glovebox::inspect
