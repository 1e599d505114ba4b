// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/time_text.h"

#include <charconv>
#include <ctime>

namespace glovebox::base {

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::optional<std::chrono::seconds> parse_time_limit(std::string_view text) {
  constexpr size_t kMaxDigits = 9;
  if (text == "none")
    return std::chrono::seconds(0);
  uint32_t seconds = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, seconds);
  if (text.size() > kMaxDigits || error != std::errc{} || end != last)
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace glovebox::base
