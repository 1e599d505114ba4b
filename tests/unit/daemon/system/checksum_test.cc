// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/system/checksum.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

uint32_t crc_of(std::string_view text) {
  PosixCrc crc;
  crc.add(text);
  return crc.result();
}

// What cksum(1) prints.
TEST(PosixCrc, IsThatOfCksum) {
  EXPECT_EQ(crc_of(""), 4294967295u);
  EXPECT_EQ(crc_of("123456789"), 930766865u);
  EXPECT_EQ(crc_of("hello\n"), 3015617425u);
}

TEST(PosixCrc, DoesNotDependOnThePieces) {
  PosixCrc crc;
  for (const char c : std::string("123456789")) crc.add({&c, 1});
  EXPECT_EQ(crc.result(), 930766865u);
}

TEST(Checksum, RefusesUnknownTypes) {
  EXPECT_THROW(Checksum("rot13"), Error);
  EXPECT_NO_THROW(Checksum("crc"));
}

}  // namespace
}  // namespace glovebox::guestd
