// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/packages/ledger.h"

#include "inspect/parsers/lines.h"

namespace glovebox::inspect {
namespace {

constexpr size_t kWords = 3;

void note_bad(Ledger& ledger, size_t line) {
  ++ledger.bad_lines;
  if (ledger.first_bad_line == 0)
    ledger.first_bad_line = line;
}

}  // namespace

Ledger parse_ledger(std::string_view text) {
  Ledger ledger;
  for (LineReader lines(text); lines.next();) {
    const auto words = words_of(lines.line(), kWords + 1);
    if (words.empty())
      continue;
    if (words.size() != kWords) {
      note_bad(ledger, lines.number());
      continue;
    }
    if (ledger.packages.size() == kMaxLedgerPackages) {
      ledger.truncated = true;
      break;
    }
    ledger.packages.push_back({.name = std::string(words[0]),
                               .version = std::string(words[1]),
                               .arch = std::string(words[2])});
  }
  return ledger;
}

}  // namespace glovebox::inspect
