// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/number_text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace glovebox::base {
namespace {

TEST(NumberText, IsAWholeText) {
  EXPECT_EQ(parse_number<uint32_t>("042"), 42u);
  for (const char* text : {"", " 42", "42 ", "+42", "-", "42x", "4.2", "0x42"})
    EXPECT_EQ(parse_number<uint32_t>(text), std::nullopt) << text;
}

TEST(NumberText, FitsItsType) {
  EXPECT_EQ(parse_number<uint32_t>("4294967295"), 4294967295u);
  EXPECT_EQ(parse_number<uint32_t>("4294967296"), std::nullopt);
  EXPECT_EQ(parse_number<uint32_t>("-1"), std::nullopt);
  EXPECT_EQ(parse_number<int>("-1"), -1);
}

TEST(NumberText, HasARadix) {
  EXPECT_EQ(parse_number<uint32_t>("fF", 16), 255u);
  EXPECT_EQ(parse_number<uint32_t>("8", 8), std::nullopt);
}

}  // namespace
}  // namespace glovebox::base
