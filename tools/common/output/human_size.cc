// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/human_size.h"

#include "base/cat.h"

namespace glovebox::tools {
namespace {

// value / unit, rounded to the nearest integer, ties to the even one.
uint64_t rounded(uint64_t value, uint64_t unit) {
  const uint64_t whole = value / unit;
  const uint64_t rest = value % unit;
  const uint64_t half = unit / 2;
  const bool up = rest > half || (rest == half && whole % 2 == 1);
  return whole + (up ? 1 : 0);
}

}  // namespace

std::string human_size(uint64_t bytes) {
  constexpr char kSuffixes[] = " KMGTPE";
  if (bytes < 1024)
    return std::to_string(bytes);
  unsigned power = 1;
  while (power < 6 && bytes >> (10 * (power + 1)) != 0) ++power;
  const uint64_t unit = uint64_t{1} << (10 * power);

  if (bytes / unit < 10) {
    const uint64_t whole = bytes / unit;
    // The rest is below 2^60, so ten times it fits.
    const uint64_t tenths = whole * 10 + rounded(bytes % unit * 10, unit);
    // A tie between two tenths is even in the last digit, which `rounded` sees in the fraction
    // alone: the same parity.
    if (tenths < 100)
      return base::cat(tenths / 10, ".", tenths % 10, kSuffixes[power]);
    return base::cat(10, kSuffixes[power]);
  }
  const uint64_t whole = rounded(bytes, unit);
  if (whole == 1024 && power < 6)
    return base::cat("1.0", kSuffixes[power + 1]);
  return base::cat(whole, kSuffixes[power]);
}

}  // namespace glovebox::tools
