// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/plugin_process.h"

#include <filesystem>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {

std::string name_of(const PluginProcess& plugin) {
  if (const auto& hello = plugin.worker.hello())
    return base::cat("plugin ", hello->name);
  return base::cat("plugin ",
                   std::filesystem::path(plugin.worker.plugin_path()).filename().string());
}

void start(PluginProcess& plugin) {
  if (!plugin.unusable.empty())
    return;
  try {
    plugin.worker.start();
  } catch (const Error& e) {
    plugin.unusable = e.what();
  }
}

}  // namespace glovebox::inspect
