// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

TEST(Compression, IsKnownByTheFirstBytes) {
  EXPECT_THAT(unpacker_of("\x1f\x8b\x08rest"sv), ElementsAre("gzip", "-cdq"));
  EXPECT_THAT(unpacker_of("\xfd\x37zXZ\0"sv), ElementsAre("xz", "-cdq"));
  EXPECT_THAT(unpacker_of("\x5d\0\0\x80"sv), ElementsAre("xz", "--format=lzma", "-cdq"));
  EXPECT_THAT(unpacker_of("BZh9"sv), ElementsAre("bzip2", "-cdq"));
  EXPECT_THAT(unpacker_of("\x28\xb5\x2f\xfd\x04"sv), ElementsAre("zstd", "-cdq"));
  EXPECT_THAT(unpacker_of("\x89LZO\0\r"sv), ElementsAre("lzop", "-cdq"));
}

TEST(Compression, WhatIsNotOrIsCutShortHasNone) {
  for (const std::string_view start : {""sv, "\x1f"sv,
                                       "\x7f"
                                       "ELF"sv,
                                       "070701"sv, "\x28\xb5\x2f"sv})
    EXPECT_THAT(unpacker_of(start), IsEmpty());
}

}  // namespace
}  // namespace glovebox::guestd
