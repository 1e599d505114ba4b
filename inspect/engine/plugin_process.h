// SPDX-License-Identifier: GPL-2.0-or-later
//
// PluginProcess: a plugin as the engine asks it. One that cannot be started, or that hung once, is
// not asked again.
#pragma once

#include <string>

#include "inspect/worker/worker.h"

namespace glovebox::inspect {

struct PluginProcess {
  Worker worker;
  std::string unusable = {};  // why it cannot be started, or will not be asked again
};

// "plugin linux"; before it has said its name, that of its file.
std::string name_of(const PluginProcess& plugin);

// Starts it if it is usable; the reason is kept if it cannot be started.
void start(PluginProcess& plugin);

}  // namespace glovebox::inspect
