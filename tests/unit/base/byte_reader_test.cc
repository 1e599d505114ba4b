// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/byte_reader.h"

#include <gtest/gtest.h>

using namespace glovebox;
using namespace glovebox::base;

TEST(ByteReader, ReadsEndianIntegersInOrder) {
  ByteReader reader(std::string_view("\x01\x02\x03\x04\x05\x06", 6));
  EXPECT_EQ(uint32_t{reader.read<be32>()}, 0x01020304u);
  EXPECT_EQ(uint16_t{reader.read<le16>()}, 0x0605u);
  EXPECT_TRUE(reader.at_end());
}

TEST(ByteReader, RefusesToReadPastTheEnd) {
  ByteReader reader(std::string_view("abc"));
  reader.skip(1);
  try {
    reader.read<be32>();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Corrupt);
    EXPECT_STREQ(e.what(), "data ends 2 bytes too early at offset 1");
  }
  EXPECT_EQ(reader.take_text(2), "bc") << "a refused read consumes nothing";
}
