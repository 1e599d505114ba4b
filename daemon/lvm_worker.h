// SPDX-License-Identifier: GPL-2.0-or-later
//
// LVM without starting lvm(8): liblvm2cmd in a process of its own, forked and warmed up before the
// template is saved. That saves the 200 ms that starting lvm costs an emulated CPU, and a library
// that is made to be used once, and reads metadata of hostile volumes, cannot take guestd with it:
// a worker that dies or hangs costs an error, and the next command gets a new one.
//
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace glovebox::guestd {

class LvmWorker {
 public:
  LvmWorker();  // starts and warms the worker
  ~LvmWorker();
  LvmWorker(const LvmWorker&) = delete;
  LvmWorker& operator=(const LvmWorker&) = delete;

  // Runs one command line ("vgchange -ay") and returns what it printed. Throws System with LVM's
  // own words if it fails, Died or Timeout if the worker does.
  std::string run(std::string_view command,
                  std::chrono::milliseconds timeout = std::chrono::seconds(120));

 private:
  void start();
  void stop() noexcept;

  pid_t pid_ = -1;
  base::UniqueFd socket_;
};

}  // namespace glovebox::guestd
