// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/btrfs_progs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

// The texts are those of the programs in Debian 12.
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(BtrfsProgs, ListsSubvolumes) {
  const auto found = parse_subvolume_list(
      "ID 256 gen 7 top level 5 path one\n"
      "ID 257 gen 8 top level 256 path one/a path with spaces\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1], (Btrfssubvolume{257, 256, "one/a path with spaces"}));
  EXPECT_THAT(parse_subvolume_list(""), IsEmpty());
  EXPECT_THROW(parse_subvolume_list("ID x gen 7 top level 5 path one\n"), Error);
  EXPECT_THROW(parse_subvolume_list("nonsense\n"), Error);
}

TEST(BtrfsProgs, ShowsASubvolume) {
  EXPECT_THAT(parse_subvolume_show("a: b/one\n"
                                   "\tName: \t\t\tone\n"
                                   "\tParent UUID: \t\t-\n"
                                   "\tCreation time: \t\t2026-11-22 21:26:21 +0000\n"
                                   "\tSnapshot(s):\n"
                                   "\t\t\t\tsnap\n"
                                   "\t\t\t\tother: snap\n"
                                   "\tQuota group:\t\t0/256\n"
                                   "\t  Limit referenced:\t-\n"
                                   "\t  Usage referenced:\t16.00KiB\n"),
              ElementsAre(Pair("path", "a: b/one"), Pair("Name", "one"), Pair("Parent UUID", ""),
                          Pair("Creation time", "2026-11-22 21:26:21 +0000"),
                          Pair("Snapshot(s)", "snap,other: snap"), Pair("Quota group", "0/256"),
                          Pair("Limit referenced", ""), Pair("Usage referenced", "16.00KiB")));
  EXPECT_THROW(parse_subvolume_show("one\n\tName: \t\t\tone\n\t\t\t\tsnap\n"), Error);
  EXPECT_THROW(parse_subvolume_show("one\nName: one\n"), Error);
}

TEST(BtrfsProgs, FindsTheDefaultSubvolume) {
  EXPECT_EQ(parse_default_subvolume("ID 5 (FS_TREE)\n"), 5);
  EXPECT_EQ(parse_default_subvolume("ID 256 gen 10 top level 5 path one\n"), 256);
  EXPECT_THROW(parse_default_subvolume(""), Error);
}

TEST(BtrfsProgs, ShowsQuotaGroups) {
  EXPECT_THAT(parse_qgroup_show("Qgroupid    Referenced    Exclusive   Path \n"
                                "--------    ----------    ---------   ---- \n"
                                "0/5              16384        16384   <toplevel>\n"
                                "1/1                  0            0   \n"),
              ElementsAre(Btrfsqgroup{"0/5", 16384, 16384}, Btrfsqgroup{"1/1", 0, 0}));
}

TEST(BtrfsProgs, TellsTheStatusOfABalance) {
  EXPECT_EQ(parse_balance_status("No balance found on '/sysroot'\n").btrfsbalance_status, "none");
  EXPECT_EQ(parse_balance_status("Balance on '/sysroot' is running\n"
                                 "3 out of about 8 chunks balanced (4 considered),  62% left\n"),
            (Btrfsbalance{"running", 8, 3, 4, 62}));
  EXPECT_EQ(parse_balance_status("Balance on '/sysroot' is paused\n"
                                 "0 out of about 8 chunks balanced (1 considered), 100% left\n")
                .btrfsbalance_status,
            "paused");
  EXPECT_THROW(parse_balance_status("nonsense"), Error);
}

TEST(BtrfsProgs, TellsTheStatusOfAScrub) {
  const Btrfsscrub scrub = parse_scrub_status(
      "UUID:             a9\n\tdata_extents_scrubbed: 7\n\ttree_extents_scrubbed: 9\n"
      "\tcsum_errors: 1\n\tlast_physical: 1103101952\n");
  EXPECT_EQ(scrub.btrfsscrub_data_extents_scrubbed, 7u);
  EXPECT_EQ(scrub.btrfsscrub_csum_errors, 1u);
  EXPECT_EQ(scrub.btrfsscrub_last_physical, 1103101952u);
  EXPECT_EQ(scrub.btrfsscrub_read_errors, 0u);
}

TEST(BtrfsProgs, ShowsTheDevicesOfAFileSystem) {
  bool some_missing = false;
  EXPECT_THAT(parse_filesystem_show("Label: none  uuid: a9\n"
                                    "\tTotal devices 2 FS bytes used 144.00KiB\n"
                                    "\tdevid    1 size 150.00MiB used 88.00MiB path /dev/sda\n"
                                    "\tdevid    2 size 200.00MiB used 0.00B path /dev/sdb\n\n",
                                    some_missing),
              ElementsAre("/dev/sda", "/dev/sdb"));
  EXPECT_FALSE(some_missing);
  parse_filesystem_show("\tdevid 1 size 1 used 1 path /dev/sda\n\t*** Some devices missing\n",
                        some_missing);
  EXPECT_TRUE(some_missing);
}

}  // namespace
}  // namespace glovebox::guestd
