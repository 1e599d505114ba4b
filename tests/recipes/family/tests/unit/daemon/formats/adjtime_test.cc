// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/adjtime.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

std::string complaint(const std::string& text) {
  return message_of([&] { parse_adjtime(text); });
}

TEST(Adjtime, TakesTimesAndClock) {
  EXPECT_EQ(parse_adjtime("0.5 1700000000 0.000000\n1600000000\nLOCAL\n"),
            (Adjtime{1700000000, 1600000000, "LOCAL"}));
  EXPECT_EQ(parse_adjtime("-0.1 -5 0\n0\nUTC"), (Adjtime{-5, 0, "UTC"}));
}

TEST(Adjtime, AClockThatIsNotNamedIsInUtc) {
  for (const char* text : {"0 1 0\n2", "0 1 0\n2\n", "0 1 0\n2\n \nLOCAL\n"})
    EXPECT_EQ(parse_adjtime(text), (Adjtime{1, 2, "UTC"})) << text;
}

TEST(Adjtime, SaysWhichLineMeansNothing) {
  EXPECT_EQ(complaint(""), "line 1 has no time");
  EXPECT_EQ(complaint("0.0\n2\nUTC\n"), "line 1 has no time");
  EXPECT_EQ(complaint("0 1x 0\n2\nUTC\n"), "line 1 has no time");
  EXPECT_EQ(complaint("0 1 0\n\nUTC\n"), "line 2 has no time");
  EXPECT_EQ(complaint("0 1 0\n9223372036854775808\nUTC\n"), "line 2 has no time");
  EXPECT_EQ(complaint("0 1 0\n2\nMOON\n"), "line 3 is neither UTC nor LOCAL");
}

TEST(Adjtime, ALineHasALimit) {
  const auto with_line_of = [](size_t count) {
    return "0 1 " + std::string(count - 4, '0') + "\n2\nUTC\n";
  };
  EXPECT_EQ(parse_adjtime(with_line_of(80)), (Adjtime{1, 2, "UTC"}));
  EXPECT_EQ(complaint(with_line_of(81)), "line 1 is too long");
  EXPECT_EQ(complaint("0 1 0\n2\nUTC" + std::string(78, ' ')), "line 3 is too long");
  EXPECT_EQ(kAdjtimeBytes, 243u);
}

}  // namespace
}  // namespace glovebox::guestd
