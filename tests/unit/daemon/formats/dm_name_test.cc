// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/dm_name.h"

#include <gtest/gtest.h>

namespace glovebox::guestd {
namespace {

using Name = LogicalVolumeName;

TEST(Mapping, SplitsAtTheSingleHyphen) {
  EXPECT_EQ(split_mapping_name("vg0-root"), (Name{"vg0", "root"}));
  EXPECT_EQ(split_mapping_name("my--vg-my--lv"), (Name{"my-vg", "my-lv"}));
  EXPECT_EQ(split_mapping_name("a----b-c"), (Name{"a--b", "c"}));
}

TEST(Mapping, HasNoNameWithoutOne) {
  for (const char* name : {"", "vg0", "a--b", "-", "-a", "a-", "luks--data"})
    EXPECT_FALSE(split_mapping_name(name)) << name;
}

TEST(Mapping, KnowsWholeVolumesByTheirUuid) {
  const std::string both =
      "0123456789abcdefghijABCDEFGHIJ01"
      "abcdefghijABCDEFGHIJ0123456789ab";
  EXPECT_EQ(lvm_uuid_of("LVM-" + both), both);
  EXPECT_FALSE(lvm_uuid_of("LVM-" + both + "-real"));
  EXPECT_FALSE(lvm_uuid_of("LVM-" + both + "-tpool"));
  EXPECT_FALSE(lvm_uuid_of("CRYPT-LUKS2-" + both));
}

TEST(Mapping, GivesALuksContainersUuidItsDashesBack) {
  EXPECT_EQ(luks_uuid_of("CRYPT-LUKS2-0123456789abcdef0123456789abcdef-luks-x"),
            "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_FALSE(luks_uuid_of("CRYPT-LUKS2-0123"));
  EXPECT_FALSE(luks_uuid_of("CRYPT-LUKS2-0123456789abcdefg123456789abcdef-x"));
  EXPECT_FALSE(luks_uuid_of("CRYPT-PLAIN-name"));
}

}  // namespace
}  // namespace glovebox::guestd
