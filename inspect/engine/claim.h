// SPDX-License-Identifier: GPL-2.0-or-later
//
// Claim: a volume that a plugin knows, and what it found there.
#pragma once

#include "inspect/engine/plugin_process.h"
#include "inspect/engine/volumes.h"
#include "inspect/worker/findings.h"

namespace glovebox::inspect {

struct Claim {
  const Volume* volume;
  PluginProcess* plugin;
  Findings findings;
};

}  // namespace glovebox::inspect
