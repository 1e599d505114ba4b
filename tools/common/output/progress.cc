// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/progress.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/cat.h"

namespace glovebox::tools {
namespace {

constexpr int kBarWidth = 40;
constexpr const char* kEraseLine = "\r\033[K";

}  // namespace

std::string progress_text(uint64_t position, uint64_t total, std::chrono::milliseconds so_far) {
  const double done =
      total == 0 ? 0
                 : std::clamp(static_cast<double>(position) / static_cast<double>(total), 0.0, 1.0);
  const int filled = static_cast<int>(done * kBarWidth);
  std::string text = base::cat(std::string(static_cast<size_t>(filled), '#'),
                               std::string(static_cast<size_t>(kBarWidth - filled), '-'));
  std::string left = "--:--";
  if (done > 0) {
    const double seconds = static_cast<double>(so_far.count()) / 1000 * (1 - done) / done;
    const auto whole = static_cast<long long>(std::min(seconds, 359999.0));
    char buffer[32];
    if (whole >= 3600)
      std::snprintf(buffer, sizeof buffer, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                    whole % 60);
    else
      std::snprintf(buffer, sizeof buffer, "%02lld:%02lld", whole / 60, whole % 60);
    left = buffer;
  }
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3d%%", static_cast<int>(done * 100));
  return base::cat(percent, " [", text, "] ", left);
}

ProgressBar::ProgressBar(Messages& messages, Clock clock)
    : messages_(messages), clock_(std::move(clock)) {}

void ProgressBar::update(uint64_t position, uint64_t total) {
  const auto now = clock_();
  if (!running_) {
    running_ = true;
    started_ = now;
  }
  if (position >= total) {
    clear();
    running_ = false;
    return;
  }
  if (now - started_ < kQuietTime || (shown_ && now - drawn_ < kRedrawTime))
    return;
  messages_.terminal("\r" + progress_text(position, total, now - started_));
  shown_ = true;
  drawn_ = now;
}

void ProgressBar::clear() {
  if (shown_)
    messages_.terminal(kEraseLine);
  shown_ = false;
}

}  // namespace glovebox::tools
