// SPDX-License-Identifier: GPL-2.0-or-later
//
// Worker: the process of one plugin, forked from this one without exec, so that it costs nothing to
// start before the template is saved and is warm in every clone. Requests go over a socket pair:
// the root directory of a tree as a descriptor, and what is known; findings come back. The process
// may crash, hang, allocate, or answer nonsense: receive() then throws, the process is dead, and
// start() makes a new one. Owns the process; used from one thread.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "inspect/worker/findings.h"
#include "inspect/worker/limits.h"

namespace glovebox::inspect {

// What the plugin says of itself when its process starts.
struct Hello {
  std::string name;
  std::string description;
  bool has_describe = false;
  bool reads_everything = false;  // describe_paths is NULL
  std::vector<std::string> describe_paths = {};
};

struct WorkerRequest {
  enum class Call { Detect, Describe } call;
  int root_fd;
  std::map<std::string, std::string> known = {};
  uint32_t wants = 0;
};

class Worker {
 public:
  Worker(std::string plugin_path, const WorkerLimits& limits)
      : path_(std::move(plugin_path)), limits_(limits) {}
  Worker(Worker&& other) noexcept;
  Worker& operator=(Worker&&) = delete;
  ~Worker() { kill_and_reap(); }

  const std::string& plugin_path() const { return path_; }

  // Starts the process if there is none, and waits for its hello. Throws with the reason that the
  // plugin cannot be used.
  const Hello& start();
  bool running() const { return pid_ > 0; }
  // Absent until start() succeeded once.
  const std::optional<Hello>& hello() const { return hello_; }

  // One request at a time: send, then receive. Both throw Died or Timeout or Corrupt, and the
  // process is gone.
  void send(const WorkerRequest& request);
  Findings receive(const base::Deadline& deadline);

  void kill_and_reap() noexcept;

 private:
  std::string receive_message(const base::Deadline& deadline, size_t cap);
  [[noreturn]] void died();

  std::string path_;
  WorkerLimits limits_;
  pid_t pid_ = -1;
  base::UniqueFd socket_;
  std::optional<Hello> hello_;
};

}  // namespace glovebox::inspect
