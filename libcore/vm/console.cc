// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/console.h"

#include <sys/socket.h>

#include "base/cat.h"

namespace glovebox::vm {
namespace {

constexpr size_t kKept = 64 << 10;
constexpr size_t kLongestLine = 4096;
constexpr size_t kMostPerDrain = 4 << 20;  // a guest that prints without end must not keep us here

}  // namespace

Console::Console(base::UniqueFd socket, LineCallback on_line)
    : socket_(std::move(socket)), on_line_(std::move(on_line)) {}

void Console::drain() {
  char bytes[16384];
  for (size_t total = 0; socket_.valid() && total < kMostPerDrain;) {
    const ssize_t n = recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
    if (n <= 0)
      break;
    total += static_cast<size_t>(n);
    for (const char c : std::string_view(bytes, static_cast<size_t>(n))) {
      if (c != '\n' && partial_.size() < kLongestLine) {
        partial_ += c;
        continue;
      }
      const std::string line = base::escape(base::trim(partial_));
      partial_.clear();
      if (line.empty())
        continue;
      kept_ += line + "\n";
      if (on_line_)
        on_line_(line);
    }
    if (kept_.size() > 2 * kKept)
      kept_.erase(0, kept_.size() - kKept);
  }
}

std::string Console::tail(size_t count) const {
  size_t at = kept_.size();
  for (size_t lines = 0; at > 0 && lines < count; ++lines) {
    const size_t newline = at >= 2 ? kept_.rfind('\n', at - 2) : std::string::npos;
    at = newline == std::string::npos ? 0 : newline + 1;
  }
  return kept_.substr(at);
}

}  // namespace glovebox::vm
