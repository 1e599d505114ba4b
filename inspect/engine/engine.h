// SPDX-License-Identifier: GPL-2.0-or-later
//
// The inspection engine: mountable volumes in, a Report out. Used by guestd like this:
//
//   Engine engine(plugins_directory);  // loads nothing yet
//   engine.start_workers();            // one warm process per plugin, before the template is saved
//   ...
//   Report report = engine.inspect(volumes, {.applications = true});  // in the clone
//   send(to_json(report));             // inspect/report/report_json.h
//
// Nothing that a guest or a plugin does makes inspect() throw: what goes wrong is in
// report.problems. One thread at a time. Workers are children of the calling process; Engine kills
// and reaps them in its destructor. A program that waits for any child must leave theirs (waitpid
// by pid only).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inspect/engine/volumes.h"
#include "inspect/report/report.h"
#include "inspect/worker/limits.h"

namespace glovebox::inspect {

// Of the applications of all systems together, as counted here, so that the report stays within
// what the host takes.
inline constexpr size_t kMaxApplicationBytes = 96 << 20;

struct InspectOptions {
  bool applications = true;
  bool icon = true;
  size_t most_application_bytes = kMaxApplicationBytes;
};

// A plugin that was loaded, or why it was not.
struct PluginInfo {
  std::string path;
  std::string name = {};
  std::string description = {};
  std::string problem = {};
};

class Engine {
 public:
  // Every *.so of the directory is a plugin, in the order of their names. An empty string: none.
  explicit Engine(const std::string& plugins_directory, const WorkerLimits& limits = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // One more plugin, asked after those that are there (`--plugin PATH`). Loaded at the next use.
  void add_plugin(const std::string& path);

  // Starts the process of each plugin that has none. Does not throw for a bad plugin; inspect()
  // reports it.
  void start_workers();

  // Starts what is not started, and says what is loaded.
  std::vector<PluginInfo> plugins();

  Report inspect(Volumes& volumes, const InspectOptions& options = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace glovebox::inspect
