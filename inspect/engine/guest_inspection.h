// SPDX-License-Identifier: GPL-2.0-or-later
//
// One inspection of one guest: volumes in, a report out.
#pragma once

#include <vector>

#include "inspect/engine/engine.h"
#include "inspect/engine/plugin_process.h"
#include "inspect/engine/volumes.h"
#include "inspect/report/report.h"
#include "inspect/worker/limits.h"

namespace glovebox::inspect {

// Asks the plugins, which are started; those that fail become unusable. Throws nothing but
// bad_alloc: what goes wrong is in the report's problems.
Report inspect_guest(std::vector<PluginProcess>& plugins,
                     const WorkerLimits& limits,
                     Volumes& volumes,
                     const InspectOptions& options);

}  // namespace glovebox::inspect
