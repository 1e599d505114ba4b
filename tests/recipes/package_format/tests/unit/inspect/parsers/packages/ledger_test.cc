// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/packages/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ledger, ListsPackages) {
  const Ledger ledger = parse_ledger("bash 5.2 amd64\n\n  less\t590  i386\r\n");
  EXPECT_THAT(ledger.packages, ElementsAre(LedgerPackage{"bash", "5.2", "amd64"},
                                           LedgerPackage{"less", "590", "i386"}));
  EXPECT_EQ(ledger.bad_lines, 0u);
  EXPECT_EQ(ledger.first_bad_line, 0u);
}

TEST(Ledger, CountsDamage) {
  const Ledger ledger = parse_ledger("a 1 x\nb 2\n\x01\nc 3 y z\nd 4 x\n");
  EXPECT_THAT(ledger.packages,
              ElementsAre(LedgerPackage{"a", "1", "x"}, LedgerPackage{"d", "4", "x"}));
  EXPECT_EQ(ledger.bad_lines, 3u);
  EXPECT_EQ(ledger.first_bad_line, 2u);
}

TEST(Ledger, AnEmptyOneHasNoPackages) {
  EXPECT_THAT(parse_ledger("").packages, IsEmpty());
}

TEST(Ledger, StopsAtItsCap) {
  constexpr size_t kMost = 32768;
  std::string text;
  for (size_t i = 0; i < kMost; ++i) text += "a 1 x\n";
  EXPECT_FALSE(parse_ledger(text).truncated);
  const Ledger ledger = parse_ledger(text + "b 1 x\n");
  EXPECT_TRUE(ledger.truncated);
  EXPECT_EQ(ledger.packages.size(), kMost);
}

}  // namespace
}  // namespace glovebox::inspect
