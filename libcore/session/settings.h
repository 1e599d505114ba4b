// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <optional>

#include "glovebox/handle.h"

namespace glovebox::session {

// The defaults of guestfs(3), ENVIRONMENT VARIABLES: LIBGUESTFS_APPEND, _BACKEND_SETTINGS, _DEBUG,
// _MEMSIZE, _TRACE. (_HV, _CACHEDIR and _PATH are looked at where they are used.) A value that
// makes no sense throws Usage naming the variable.
Settings settings_from_environment();

// Settings with their defaults filled in, checked: memory size, CPUs. Throws Usage.
struct MachineSize {
  int memory_mib;
  int cpus;
};
MachineSize machine_size(const Settings& settings);

// How long the handle may take, see Settings::timeout; absent: without a limit. Throws Usage.
std::optional<std::chrono::seconds> time_limit(const Settings& settings);

}  // namespace glovebox::session
