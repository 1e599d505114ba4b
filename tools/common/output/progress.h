// SPDX-License-Identifier: GPL-2.0-or-later
//
// ProgressBar: shows a call's progress on a terminal once it takes longer than kQuietTime, and
// takes the bar away when the call is done. One line, redrawn at most ten times a second: " 42%
// [########------------] 00:07". Borrows the stream; used from one thread at a time. The clock is
// handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "tools/common/output/messages.h"

namespace glovebox::tools {

// The bar's text for a fraction done and the time it took so far (the remaining time follows from
// both).
std::string progress_text(uint64_t position, uint64_t total, std::chrono::milliseconds so_far);

class ProgressBar {
 public:
  using Clock = std::function<std::chrono::milliseconds()>;
  static constexpr std::chrono::milliseconds kQuietTime{2000};
  static constexpr std::chrono::milliseconds kRedrawTime{100};

  ProgressBar(Messages& messages, Clock clock);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  // position == total ends the operation.
  void update(uint64_t position, uint64_t total);
  void clear();

 private:
  Messages& messages_;
  Clock clock_;
  bool running_ = false;
  bool shown_ = false;
  std::chrono::milliseconds started_{0};
  std::chrono::milliseconds drawn_{0};
};

}  // namespace glovebox::tools
