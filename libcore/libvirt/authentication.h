// SPDX-License-Identifier: LGPL-2.1-or-later
//
// libvirt's questions of who we are, handed to the caller, or to libvirt's own prompts on the
// terminal. Lives as long as virConnectOpenAuth runs.
#pragma once

#include <libvirt/libvirt.h>

#include <vector>

#include "glovebox/domain.h"
#include "libvirt/timed_work.h"

namespace glovebox::libvirt {

class Authenticator {
 public:
  Authenticator(const Authentication& authentication, TimedWork& timed);
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  virConnectAuth* callbacks() { return &callbacks_; }

 private:
  // 0, or -1 to give up.
  int ask(virConnectCredential* credentials, unsigned count);
  int ask_caller(virConnectCredential* credentials, unsigned count);
  static int ask_again(virConnectCredential* credentials, unsigned count, void* self);

  const Authentication& authentication_;
  TimedWork& timed_;
  std::vector<int> kinds_;
  virConnectAuth callbacks_;
};

}  // namespace glovebox::libvirt
