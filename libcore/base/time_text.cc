// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/time_text.h"

#include <ctime>

#include "base/number_text.h"

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
  const auto seconds = base::parse_number<uint32_t>(text);
  if (text.size() > kMaxDigits || !seconds)
    return std::nullopt;
  return std::chrono::seconds(*seconds);
}

}  // namespace glovebox::base
