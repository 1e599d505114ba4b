// SPDX-License-Identifier: GPL-2.0-or-later
//
// Augeas in a process of its own, from aug_init to aug_close: its parsers read hostile files, and
// one that dies or hangs costs an error, not guestd. Lenses are the appliance's, files the guest's,
// so the process makes the guest's tree its root only while it reads or writes those; in between it
// keeps nothing busy.
//
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/rpc/progress.h"

namespace glovebox::guestd {

enum class AugeasCall : uint32_t {
  Init,
  DefineVariable,
  DefineNode,
  Get,
  Set,
  Clear,
  Insert,
  Remove,
  Move,
  Match,
  Save,
  Load,
  SetMany,
  Label,
  Transform,
};

struct AugeasRequest {
  AugeasCall call = AugeasCall::Get;
  std::vector<std::string> texts = {};            // in the order of aug_*(3)
  std::optional<std::string> optional_text = {};  // the one that may be NULL there
  int32_t number = 0;                             // flags, before, remove
};

struct AugeasAnswer {
  int32_t number = 0;   // what the function returned
  int32_t created = 0;  // DefineNode
  std::vector<std::string> texts = {};
};

class AugeasWorker {
 public:
  // `root` is a directory of the guest. Reads the files unless the flags say not to.
  AugeasWorker(const std::string& root, int32_t flags, Progress& progress);
  ~AugeasWorker();
  AugeasWorker(const AugeasWorker&) = delete;
  AugeasWorker& operator=(const AugeasWorker&) = delete;

  // Throws System with Augeas's words if it fails, Died if the worker does; then it is of no more
  // use.
  AugeasAnswer ask(const AugeasRequest& request, Progress* progress = nullptr);

 private:
  pid_t pid_ = -1;
  base::UniqueFd socket_;
};

}  // namespace glovebox::guestd
