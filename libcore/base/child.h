// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Child processes: argv vectors only, never a shell. Child owns a running process: the destructor
// kills (SIGKILL) and reaps it. run() starts a program, feeds it, collects both outputs under a
// deadline. Descriptors are inherited only if listed. Safe to use in a multi-threaded program
// (posix_spawn). Child is used from one thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace glovebox::base {

// How a process ended, from waitpid(2).
struct ExitStatus {
  int status = 0;
  bool ok() const { return status == 0; }
  // "exited with status 3", "was killed by signal 9 (Killed)".
  std::string text() const;
  bool operator==(const ExitStatus&) const = default;
};

struct SpawnOptions {
  std::vector<std::string> argv;               // argv[0] is looked up in PATH unless it has a slash
  std::vector<std::string> extra_environment;  // "NAME=value", over the parent's
  // {ours, number in the child}; all others are closed on exec if O_CLOEXEC.
  std::vector<std::pair<int, int>> descriptors;
  bool own_session = false;  // out of reach of the terminal's signals
};

class Child {
 public:
  Child() = default;
  // Throws System if the program cannot be started.
  static Child spawn(const SpawnOptions& options);
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill_and_reap(); }

  pid_t pid() const { return pid_; }
  bool running() const { return pid_ > 0; }
  // Waits until it ends; absent when the deadline passed first. A process that was forked meanwhile
  // sees it end, too, but never learns how: that is its parent's.
  std::optional<ExitStatus> wait(const Deadline& deadline);
  void kill_and_reap() noexcept;

 private:
  pid_t pid_ = -1;
};

struct RunOptions {
  std::vector<std::string> argv;
  std::string stdin_text = {};
  std::vector<std::string> extra_environment = {};  // LC_ALL=C is always set
  std::chrono::milliseconds timeout = std::chrono::seconds(60);
  size_t max_output_bytes = 64 << 20;  // of each stream; more is Error(Corrupt)
};

struct RunResult {
  ExitStatus exit;
  std::string stdout_text;
  std::string stderr_text;
};

// Runs to the end and returns whatever the exit status was. Throws System if it cannot start,
// Timeout (after killing it).
RunResult run(const RunOptions& options);

// The same, but an unsuccessful exit throws Failed: "mkfs.ext4: last line of stderr".
RunResult run_ok(const RunOptions& options);

}  // namespace glovebox::base
