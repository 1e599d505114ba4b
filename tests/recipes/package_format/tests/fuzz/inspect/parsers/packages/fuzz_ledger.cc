// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdint>
#include <cstdlib>

#include "inspect/parsers/packages/ledger.h"

using namespace glovebox::inspect;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Ledger ledger = parse_ledger({reinterpret_cast<const char*>(data), size});
  if ((ledger.bad_lines == 0) != (ledger.first_bad_line == 0))
    std::abort();
  for (const LedgerPackage& package : ledger.packages)
    if (package.name.empty() || package.version.empty() || package.arch.empty())
      std::abort();
  return 0;
}
