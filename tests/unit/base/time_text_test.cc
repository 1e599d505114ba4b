// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/time_text.h"

#include <gtest/gtest.h>

namespace glovebox::base {
namespace {

TEST(TimeText, ALimitIsNineDigitsOrNone) {
  using std::chrono::seconds;
  EXPECT_EQ(parse_time_limit("0"), seconds(0));
  EXPECT_EQ(parse_time_limit("none"), seconds(0));
  EXPECT_EQ(parse_time_limit("999999999"), seconds(999'999'999));
  EXPECT_EQ(parse_time_limit("000000001"), seconds(1));
  for (const char* wrong : {"", "1000000000", "0000000001", "-1", "+1", "1.5", "5s", " 5", "None"})
    EXPECT_EQ(parse_time_limit(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace glovebox::base
