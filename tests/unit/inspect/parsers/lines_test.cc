// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;

TEST(Lines, KnowsEveryKindOfEnd) {
  std::vector<std::string> seen;
  for (LineReader lines("a\nb\r\n\nc"); lines.next();) seen.emplace_back(lines.line());
  EXPECT_THAT(seen, ElementsAre("a", "b", "", "c"));
  EXPECT_FALSE(LineReader("").next());
  EXPECT_THAT(words_of(" a\tb  c d", 3), ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace glovebox::inspect
