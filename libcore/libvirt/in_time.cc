// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/in_time.h"

#include <memory>
#include <thread>
#include <utility>

#include "base/cat.h"
#include "base/deadline.h"

namespace glovebox::libvirt {

bool Meeting::in_caller(std::function<void()> errand) {
  std::unique_lock lock(mutex_);
  if (caller_gone_)
    return false;
  errand_ = std::move(errand);
  changed_.notify_all();
  changed_.wait(lock, [&] { return !errand_ || caller_gone_; });
  return !caller_gone_;
}

void Meeting::finish(std::vector<DomainDrive> result, std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  error_ = std::move(error);
  finished_ = true;
  changed_.notify_all();
}

void Meeting::run_errand(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  std::exception_ptr thrown;
  try {
    errand_();
  } catch (...) {
    thrown = std::current_exception();
  }
  lock.lock();
  errand_ = nullptr;
  caller_gone_ = thrown != nullptr;
  changed_.notify_all();
  if (thrown)
    std::rethrow_exception(thrown);
}

void Meeting::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool something = changed_.wait_for(lock, patience, [&] { return errand_ || finished_; });
    if (finished_)
      return;
    if (!something) {
      caller_gone_ = true;
      throw Error(Errc::Timeout,
                  base::cat("libvirt did not answer within ", patience.count() / 1000,
                            " s; is its daemon, or the host that it is on, all right?"));
    }
    run_errand(lock);
  }
}

std::vector<DomainDrive> Meeting::result() {
  if (error_)
    std::rethrow_exception(error_);
  return std::move(result_);
}

std::vector<DomainDrive> in_time(std::chrono::milliseconds patience,
                                 std::function<std::vector<DomainDrive>(Meeting&)> work) {
  const auto meeting = std::make_shared<Meeting>();
  std::thread worker([meeting, work = std::move(work)] {
    try {
      meeting->finish(work(*meeting), nullptr);
    } catch (...) {
      meeting->finish({}, std::current_exception());
    }
  });
  try {
    meeting->wait(patience);
  } catch (...) {
    worker.detach();
    throw;
  }
  worker.join();  // before its exception is passed on: until it ends, it may look at that itself
  return meeting->result();
}

}  // namespace glovebox::libvirt
