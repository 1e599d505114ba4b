// SPDX-License-Identifier: GPL-2.0-or-later
//
// LVM without starting lvm(8): liblvm2cmd in a process of its own, forked and warmed up before the
// template is saved. That saves the 200 ms that starting lvm costs an emulated CPU, and a library
// that is made to be used once, and reads metadata of hostile volumes, cannot take guestd with it:
// a worker that dies or hangs costs an error, and the next command gets a new one. Each command
// runs in a fork of the worker, which so never learns of a device: nothing of it can be out of date.
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

  // Runs one command line ("vgchange -ay") and returns what it printed. LVM splits it at white
  // space, so words of the caller's go through lvm_word(). Throws Failed with LVM's own words if it
  // fails, Died or Timeout if the worker does.
  std::string run(std::string_view command,
                  std::chrono::milliseconds timeout = std::chrono::seconds(120));

  // For settings that changed: the next command reads them anew.
  void restart();

  // Warm: the worker has run a command before it serves. Only while there are no devices: it would
  // remember them.
  enum class Warm { Yes, No };

 private:
  void start(Warm warm);
  void stop() noexcept;

  pid_t pid_ = -1;
  base::UniqueFd socket_;
};

// The caller's word as one argument of a command line: Failed (no errno) unless it has only letters
// that names of volumes, groups and devices have, and does not begin with "-".
const std::string& lvm_word(const std::string& word);

}  // namespace glovebox::guestd
