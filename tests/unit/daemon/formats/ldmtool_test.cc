// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/ldmtool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kGroup = R"({
  "name" : "WIN-Dg0",
  "volumes" : [ "Volume1", "Volume2" ],
  "disks" : []
})";

TEST(LdmText, Names) {
  EXPECT_THAT(parse_ldm_names("[\n  \"a\",\n  \"b\"\n]\n"), ElementsAre("a", "b"));
  EXPECT_THAT(parse_ldm_names("[\n]\n"), IsEmpty());
}

TEST(LdmText, FieldsOfAnObject) {
  EXPECT_EQ(parse_ldm_field(kGroup, "name"), "WIN-Dg0");
  EXPECT_EQ(parse_ldm_field(kGroup, "hint"), "");
  EXPECT_THAT(parse_ldm_list(kGroup, "volumes"), ElementsAre("Volume1", "Volume2"));
  EXPECT_THAT(parse_ldm_list(kGroup, "disks"), IsEmpty());
}

TEST(LdmText, AnythingElseIsRefused) {
  EXPECT_THROW(parse_ldm_names(""), Error);
  EXPECT_THROW(parse_ldm_names("[1]"), Error);
  EXPECT_THROW(parse_ldm_names(kGroup), Error);
  EXPECT_THROW(parse_ldm_field("[]", "name"), Error);
  EXPECT_THROW(parse_ldm_field(kGroup, "volumes"), Error);
  EXPECT_THROW(parse_ldm_list(kGroup, "nothing"), Error);
  EXPECT_THROW(parse_ldm_list("[]", "volumes"), Error);
}

}  // namespace
}  // namespace glovebox::guestd
