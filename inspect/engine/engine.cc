// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/engine.h"

#include <algorithm>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/engine/guest_inspection.h"
#include "inspect/engine/plugin_process.h"

namespace glovebox::inspect {
namespace {

using base::cat;

std::vector<std::string> shared_objects_in(const std::string& directory) {
  std::vector<std::string> paths;
  if (directory.empty())
    return paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.path().extension() == ".so")
      paths.push_back(entry.path());
  if (error)
    throw Error(Errc::System, cat(directory, ": ", error.message()), error.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

struct Engine::Impl {
  WorkerLimits limits;
  std::vector<PluginProcess> plugins;
};

Engine::Engine(const std::string& plugins_directory, const WorkerLimits& limits)
    : impl_(std::make_unique<Impl>()) {
  impl_->limits = limits;
  for (const std::string& path : shared_objects_in(plugins_directory)) add_plugin(path);
}

Engine::~Engine() = default;

void Engine::add_plugin(const std::string& path) {
  impl_->plugins.push_back({Worker(path, impl_->limits)});
}

void Engine::start_workers() {
  for (PluginProcess& plugin : impl_->plugins) start(plugin);
}

std::vector<PluginInfo> Engine::plugins() {
  start_workers();
  std::vector<PluginInfo> infos;
  for (const PluginProcess& plugin : impl_->plugins) {
    PluginInfo info{.path = plugin.worker.plugin_path(), .problem = plugin.unusable};
    if (const auto& hello = plugin.worker.hello()) {
      info.name = hello->name;
      info.description = hello->description;
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

Report Engine::inspect(Volumes& volumes, const InspectOptions& options) {
  start_workers();
  return inspect_guest(impl_->plugins, impl_->limits, volumes, options);
}

}  // namespace glovebox::inspect
