// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A qemu process behind its supervisor: confined before it starts (see supervisor/), killed when
// this object or this whole program goes away, because the supervisor sees the life pipe close.
// Owned by one thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/child.h"
#include "base/unique_fd.h"
#include "vm/host/own_user.h"

namespace glovebox::vm {

// Numbers that descriptors have in every qemu process that we start.
namespace fd_number {
constexpr int kLife = 10;
constexpr int kReport = 11;
constexpr int kQmp = 12;
constexpr int kRpc = 13;
constexpr int kConsole = 14;
constexpr int kNetwork = 15;
constexpr int kFirstFree = 20;
}  // namespace fd_number

struct ProcessOptions {
  std::vector<std::string> argv;
  std::vector<std::pair<int, int>> descriptors;  // {ours, number in qemu}
  std::vector<std::string> read_paths;           // beyond libraries and firmware
  std::vector<std::string> write_paths;
  bool kvm = false;
  std::string preload;        // library; empty: none
  std::string readonly_path;  // what the preload library opens read-only
  bool require_confinement = false;
  // A wrapper of the user's own in qemu's place: it may run other programs, so the walls that would
  // stop it are left out, and reported as missing.
  bool script = false;
};

class QemuProcess {
 public:
  QemuProcess() = default;
  QemuProcess(QemuProcess&&) = default;
  QemuProcess& operator=(QemuProcess&& other) noexcept;
  ~QemuProcess() { kill(); }
  // Returns once qemu itself runs. Throws with the supervisor's words if a layer is missing though
  // required, or if the program cannot be executed.
  static QemuProcess start(const ProcessOptions& options);

  // Absent while it runs.
  std::optional<base::ExitStatus> wait(const base::Deadline& deadline) {
    return child_.wait(deadline);
  }
  // Ends qemu and waits until nothing of it is left.
  void kill() noexcept;

  // The supervisor's; qemu ends with it.
  pid_t pid() const { return child_.pid(); }
  // How long qemu's threads have run on a processor so far; absent if nobody can tell.
  std::optional<std::chrono::milliseconds> processor_time() const;

  // "seccomp landlock ..." layers that the host did not allow, for messages.
  const std::vector<std::string>& missing_layers() const { return missing_layers_; }

 private:
  std::optional<OwnUser> user_;  // root's qemu runs as this one
  base::UniqueFd life_;          // closing it ends qemu
  base::Child child_;            // the supervisor
  pid_t qemu_ = 0;               // 0: not known
  std::vector<std::string> missing_layers_;
};

}  // namespace glovebox::vm
