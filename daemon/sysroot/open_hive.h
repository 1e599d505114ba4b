// SPDX-License-Identifier: GPL-2.0-or-later
//
// A registry hive that is open between calls, with the file that it was opened through: hivex
// writes its changes back by the path of that descriptor.
#pragma once

#include <hivex.h>

#include <utility>

#include "base/unique_fd.h"

namespace glovebox::guestd {

class OpenHive {
 public:
  OpenHive(hive_h* hive, base::UniqueFd file) : hive_(hive), file_(std::move(file)) {}
  ~OpenHive() { ::hivex_close(hive_); }
  OpenHive(const OpenHive&) = delete;
  OpenHive& operator=(const OpenHive&) = delete;
  hive_h* get() const { return hive_; }

 private:
  hive_h* hive_;
  base::UniqueFd file_;
};

}  // namespace glovebox::guestd
