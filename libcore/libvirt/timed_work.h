// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A time limit for functions that have none: they run in a thread of their own, and if they take
// too long they are left to themselves. Such a thread may still wait for a dead server when the
// process ends; it holds nothing that anybody else needs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "glovebox/domain.h"

namespace glovebox::libvirt {

// What the two threads share. The work may have actions run in the caller's thread (a callback of
// the caller's own, a question on the terminal), which do not count against its time.
class TimedWork {
 public:
  // By the worker: runs `action` in the caller's thread. False if the caller is gone.
  bool in_caller(std::function<void()> action);
  void finish(std::vector<DomainDrive> result, std::exception_ptr error);

  // By the caller, once: until the work has finished. Throws what an action threw, or Timeout.
  void wait(std::chrono::milliseconds patience);
  // By the caller, once the worker has ended. Throws what the work threw.
  std::vector<DomainDrive> result();

 private:
  void run_pending(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> pending_;
  bool caller_gone_ = false;
  bool finished_ = false;
  std::vector<DomainDrive> result_;
  std::exception_ptr error_;
};

// `work` must own all that it uses: it may outlive the call.
std::vector<DomainDrive> run_with_timeout(std::chrono::milliseconds patience,
                                          std::function<std::vector<DomainDrive>(TimedWork&)> work);

}  // namespace glovebox::libvirt
