// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/timed_work.h"

#include <memory>
#include <thread>
#include <utility>

#include "base/cat.h"
#include "base/deadline.h"

namespace glovebox::libvirt {

bool TimedWork::in_caller(std::function<void()> action) {
  std::unique_lock lock(mutex_);
  if (caller_gone_)
    return false;
  pending_ = std::move(action);
  changed_.notify_all();
  changed_.wait(lock, [&] { return !pending_ || caller_gone_; });
  return !caller_gone_;
}

void TimedWork::finish(std::vector<DomainDrive> result, std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  error_ = std::move(error);
  finished_ = true;
  changed_.notify_all();
}

void TimedWork::run_pending(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  std::exception_ptr thrown;
  try {
    pending_();
  } catch (...) {
    thrown = std::current_exception();
  }
  lock.lock();
  pending_ = nullptr;
  caller_gone_ = thrown != nullptr;
  changed_.notify_all();
  if (thrown)
    std::rethrow_exception(thrown);
}

void TimedWork::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool something = changed_.wait_for(lock, patience, [&] { return pending_ || finished_; });
    if (finished_)
      return;
    if (!something) {
      caller_gone_ = true;
      throw Error(Errc::Timeout,
                  base::cat("libvirt did not answer within ", patience.count() / 1000,
                            " s; check that its daemon and its host are running"));
    }
    run_pending(lock);
  }
}

std::vector<DomainDrive> TimedWork::result() {
  if (error_)
    std::rethrow_exception(error_);
  return std::move(result_);
}

std::vector<DomainDrive> run_with_timeout(
    std::chrono::milliseconds patience, std::function<std::vector<DomainDrive>(TimedWork&)> work) {
  const auto timed = std::make_shared<TimedWork>();
  std::thread worker([timed, work = std::move(work)] {
    try {
      timed->finish(work(*timed), nullptr);
    } catch (...) {
      timed->finish({}, std::current_exception());
    }
  });
  try {
    timed->wait(patience);
  } catch (...) {
    worker.detach();
    throw;
  }
  worker.join();  // before its exception is passed on: until it ends, it may look at that itself
  return timed->result();
}

}  // namespace glovebox::libvirt
