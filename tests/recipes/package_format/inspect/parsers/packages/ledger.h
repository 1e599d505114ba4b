// SPDX-License-Identifier: GPL-2.0-or-later
//
// An invented database of packages: a line each, "NAME VERSION ARCH". Nothing is skipped in
// silence: what is not such a line is counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::inspect {

inline constexpr size_t kMaxLedgerBytes = 1 << 20;
inline constexpr size_t kMaxLedgerPackages = 1 << 15;

struct LedgerPackage {
  std::string name;
  std::string version;
  std::string arch;
  bool operator==(const LedgerPackage&) const = default;
};

struct Ledger {
  std::vector<LedgerPackage> packages = {};  // in the order of the file
  size_t bad_lines = 0;
  size_t first_bad_line = 0;  // 0: none
  bool truncated = false;     // more than kMaxLedgerPackages
};

// Any text has an answer. Empty lines are no packages, and not bad.
Ledger parse_ledger(std::string_view text);

}  // namespace glovebox::inspect
