// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The verdict on KVM in a cache directory. It holds for one situation: another boot of the host,
// user, qemu or kernel makes it unknown again. A directory that cannot be used remembers nothing,
// which costs a trial each time and is no error. One process at a time tries KVM. A value; any
// thread.
#pragma once

#include <optional>
#include <string>

#include "base/canceller.h"
#include "base/deadline.h"
#include "base/unique_fd.h"
#include "vm/host/kvm_verdict.h"

namespace glovebox::vm {

class KvmVerdictStore {
 public:
  // `situation`: what the verdict depends on beside the boot of the host and the user.
  KvmVerdictStore(std::string cache_directory, const std::string& situation);

  std::optional<KvmVerdict> find() const;
  // False if it is not remembered.
  bool remember(bool works, const std::string& reason) const;
  void forget() const;

  // Waits until no other process tries KVM; hold the result until the verdict is remembered. Not
  // valid if the directory cannot be used. Throws Timeout at the deadline, and Cancelled.
  base::UniqueFd lock_trial(const base::Canceller& canceller, const base::Deadline& deadline) const;

 private:
  std::string directory_;
  std::string file_;
  std::string situation_;
};

}  // namespace glovebox::vm
