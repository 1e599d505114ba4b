// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/checked.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "base/error.h"

using namespace glovebox;
using namespace glovebox::base;

TEST(Checked, GivesTheResultWhenItFits) {
  EXPECT_EQ(checked_add<uint64_t>(1, 2, "x"), 3u);
  EXPECT_EQ(checked_mul<uint64_t>(1u << 31, 2, "x"), 1ull << 32);
  EXPECT_EQ(checked_sub<uint32_t>(2, 2, "x"), 0u);
}

TEST(Checked, NamesWhatOverflowed) {
  try {
    checked_mul<uint64_t>(UINT64_MAX, 2, "cluster count");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Corrupt);
    EXPECT_STREQ(e.what(), "cluster count is out of range");
  }
  EXPECT_THROW(checked_add<uint32_t>(UINT32_MAX, 1, "x"), Error);
  EXPECT_THROW(checked_sub<uint32_t>(1, 2, "x"), Error);
}
