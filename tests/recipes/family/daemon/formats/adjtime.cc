// SPDX-License-Identifier: GPL-2.0-or-later
//
//   0.000000 1700000000 0.000000    drift in seconds per day, when it was last set, always zero
//   1600000000                      when the drift was last measured
//   LOCAL                           or UTC
#include "daemon/formats/adjtime.h"

#include <charconv>
#include <sstream>
#include <string>
#include <vector>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kLines = 3;

[[noreturn]] void corrupt(size_t line, std::string_view why) {
  throw Error(Errc::Corrupt, base::cat("line ", line, why));
}

std::vector<std::string> first_lines(std::string_view text) {
  std::vector<std::string> lines = base::split(text, '\n');
  lines.resize(kLines);  // those that are missing are empty
  for (size_t i = 0; i < kLines; ++i)
    if (lines[i].size() > kMaxAdjtimeLine)
      corrupt(i + 1, " is too long");
  return lines;
}

int64_t parse_time(std::string_view word, size_t line) {
  int64_t time = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, time);
  if (error != std::errc() || stop != end)
    corrupt(line, " has no time");
  return time;
}

}  // namespace

Adjtime parse_adjtime(std::string_view text) {
  const std::vector<std::string> lines = first_lines(text);
  std::istringstream words(lines[0]);
  std::string drift, adjusted;
  words >> drift >> adjusted;
  const std::string_view calibrated = base::trim(lines[1]), clock = base::trim(lines[2]);
  if (!clock.empty() && clock != "UTC" && clock != "LOCAL")
    corrupt(3, " is neither UTC nor LOCAL");
  return {.adj_adjusted = parse_time(adjusted, 1),
          .adj_calibrated = parse_time(calibrated, 2),
          .adj_clock = clock.empty() ? "UTC" : std::string(clock)};
}

}  // namespace glovebox::guestd
