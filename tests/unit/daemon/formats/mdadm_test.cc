// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mdadm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox::guestd {
namespace {

// The texts are those of the programs in Debian 12.
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Mdadm, ListsMembers) {
  const std::string_view text =
      "Personalities : [raid1]\n"
      "md12 : active raid1 sdc[0]\n"
      "md127 : active raid1 sdc[2](S) sdb[1](W)(F) sda1[0]\n"
      "      64512 blocks super 1.2 [2/2] [UU]\n";
  EXPECT_THAT(parse_mdstat(text, "md127"),
              ElementsAre(Mdstat{"sdc", 2, "S"}, Mdstat{"sdb", 1, "WF"}, Mdstat{"sda1", 0, ""}));
  EXPECT_THAT(parse_mdstat(text, "md1"), IsEmpty());
}

TEST(Mdadm, TakesDetails) {
  EXPECT_THAT(parse_md_export("MD_LEVEL=raid1\nMD_DEVICES=2\nOTHER=1\nMD_NAME=host:a=b\n"),
              ElementsAre(Pair("level", "raid1"), Pair("devices", "2"), Pair("name", "host:a=b")));
}

}  // namespace
}  // namespace glovebox::guestd
