// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a C library has open between calls, with the descriptor that it was opened through and goes
// on to use: hivex writes a hive back by that descriptor's path, libsystemd reads a journal from
// that directory.
#pragma once

#include <hivex.h>
#include <systemd/sd-journal.h>

#include <utility>

#include "base/c_pointer.h"
#include "base/unique_fd.h"

namespace glovebox::guestd {

template <typename T, auto kClose>
class OpenThrough {
 public:
  OpenThrough(T* object, base::UniqueFd fd) : fd_(std::move(fd)), object_(object) {}
  T* get() const { return object_.get(); }

 private:
  base::UniqueFd fd_;
  base::CPointer<T, kClose> object_;  // closed before it
};

struct OpenHive : OpenThrough<hive_h, ::hivex_close> {
  using OpenThrough::OpenThrough;
};
struct OpenJournal : OpenThrough<sd_journal, ::sd_journal_close> {
  using OpenThrough::OpenThrough;
};

}  // namespace glovebox::guestd
