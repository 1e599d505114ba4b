// SPDX-License-Identifier: GPL-2.0-or-later
//
// What btrfs, mdadm, tune2fs, resize2fs, ntfsresize and xfs_info print, as structs. The texts are
// those of the programs in Debian 12.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "daemon/formats/btrfs_progs.h"
#include "daemon/formats/mdadm.h"
#include "daemon/formats/mke2fs_command.h"
#include "daemon/formats/resize_estimate.h"
#include "daemon/formats/xfs_info.h"

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(BtrfsText, ListsSubvolumes) {
  const auto found = parse_subvolume_list(
      "ID 256 gen 7 top level 5 path one\n"
      "ID 257 gen 8 top level 256 path one/a path with spaces\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1], (Btrfssubvolume{257, 256, "one/a path with spaces"}));
  EXPECT_THAT(parse_subvolume_list(""), IsEmpty());
  EXPECT_THROW(parse_subvolume_list("ID x gen 7 top level 5 path one\n"), Error);
  EXPECT_THROW(parse_subvolume_list("nonsense\n"), Error);
}

TEST(BtrfsText, ShowsASubvolume) {
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

TEST(BtrfsText, FindsTheDefaultSubvolume) {
  EXPECT_EQ(parse_default_subvolume("ID 5 (FS_TREE)\n"), 5);
  EXPECT_EQ(parse_default_subvolume("ID 256 gen 10 top level 5 path one\n"), 256);
  EXPECT_THROW(parse_default_subvolume(""), Error);
}

TEST(BtrfsText, ShowsQuotaGroups) {
  EXPECT_THAT(parse_qgroup_show("Qgroupid    Referenced    Exclusive   Path \n"
                                "--------    ----------    ---------   ---- \n"
                                "0/5              16384        16384   <toplevel>\n"
                                "1/1                  0            0   \n"),
              ElementsAre(Btrfsqgroup{"0/5", 16384, 16384}, Btrfsqgroup{"1/1", 0, 0}));
}

TEST(BtrfsText, TellsTheStatusOfABalance) {
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

TEST(BtrfsText, TellsTheStatusOfAScrub) {
  const Btrfsscrub scrub = parse_scrub_status(
      "UUID:             a9\n\tdata_extents_scrubbed: 7\n\ttree_extents_scrubbed: 9\n"
      "\tcsum_errors: 1\n\tlast_physical: 1103101952\n");
  EXPECT_EQ(scrub.btrfsscrub_data_extents_scrubbed, 7u);
  EXPECT_EQ(scrub.btrfsscrub_csum_errors, 1u);
  EXPECT_EQ(scrub.btrfsscrub_last_physical, 1103101952u);
  EXPECT_EQ(scrub.btrfsscrub_read_errors, 0u);
}

TEST(BtrfsText, ShowsTheDevicesOfAFileSystem) {
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

TEST(MdText, ListsMembers) {
  const std::string_view text =
      "Personalities : [raid1]\n"
      "md12 : active raid1 sdc[0]\n"
      "md127 : active raid1 sdc[2](S) sdb[1](W)(F) sda1[0]\n"
      "      64512 blocks super 1.2 [2/2] [UU]\n";
  EXPECT_THAT(parse_mdstat(text, "md127"),
              ElementsAre(Mdstat{"sdc", 2, "S"}, Mdstat{"sdb", 1, "WF"}, Mdstat{"sda1", 0, ""}));
  EXPECT_THAT(parse_mdstat(text, "md1"), IsEmpty());
}

TEST(MdText, TakesDetails) {
  EXPECT_THAT(parse_md_export("MD_LEVEL=raid1\nMD_DEVICES=2\nOTHER=1\nMD_NAME=host:a=b\n"),
              ElementsAre(Pair("level", "raid1"), Pair("devices", "2"), Pair("name", "host:a=b")));
}

TEST(Tune2fsText, ListsFields) {
  EXPECT_THAT(parse_tune2fs_list("tune2fs 1.47.0 (5-Feb-2023)\n"
                                 "Filesystem volume name:   <none>\n"
                                 "Last mounted on:          <not available>\n"
                                 "Inode count:              16384\n"),
              ElementsAre(Pair("Filesystem volume name", ""), Pair("Last mounted on", ""),
                          Pair("Inode count", "16384")));
}

TEST(Tune2fsText, TakesOptions) {
  EXPECT_THAT(tune2fs_options({.maxmountcount = 0, .intervalbetweenchecks = 60, .user = 5}),
              ElementsAre("-c", "-1", "-i", "60s", "-u", "5"));
  EXPECT_THROW(tune2fs_options({.errorbehavior = "explode"}), Error);
  EXPECT_THROW(tune2fs_options({.reservedblockscount = -1}), Error);
}

TEST(Mke2fsCommand, SpellsOptions) {
  EXPECT_THAT(mke2fs_command("/dev/sda", {.blockscount = 100,
                                          .blocksize = 1024,
                                          .label = "-x",
                                          .lazyitableinit = false,
                                          .discard = true,
                                          .extent = false,
                                          .quota = true}),
              ElementsAre("mke2fs", "-F", "-b", "1024", "-L", "-x", "-E",
                          "lazy_itable_init=0,discard", "-O", "^extent,quota", "/dev/sda", "100"));
  EXPECT_THROW(mke2fs_command("/dev/sda", {.blocksize = -1}), Error);
  EXPECT_THROW(mke2fs_command("/dev/sda", {.fstype = "-v"}), Error);
}

TEST(MinimumSize, TakesIt) {
  EXPECT_EQ(parse_ext_minimum("Block count: 7\nBlock size:               1024\n",
                              "Estimated minimum size of the filesystem: 822\n"),
            822u * 1024);
  EXPECT_EQ(parse_ntfs_minimum("Current volume size: 67104256 bytes (68 MB)\n"
                               "You might resize at 3035136 bytes or 4 MB (freeing 64 MB).\n"),
            3035136u);
  EXPECT_EQ(parse_ntfs_minimum("Current volume size: 67104256 bytes (68 MB)\n"), 67104256u);
  EXPECT_EQ(parse_btrfs_minimum("134217728 bytes (128.00MiB)\n"), 134217728u);
  EXPECT_THROW(parse_btrfs_minimum("nothing"), Error);
  EXPECT_THROW(parse_ext_minimum("", ""), Error);
}

TEST(XfsInfo, TakesWordsBySection) {
  const Xfsinfo info = parse_xfs_info(
      "meta-data=/dev/sda               isize=512    agcount=4, agsize=25600 blks\n"
      "         =                       sectsz=512   attr=2, projid32bit=1\n"
      "data     =                       bsize=4096   blocks=102400, imaxpct=25\n"
      "         =                       sunit=0      swidth=8 blks\n"
      "naming   =version 2              bsize=8192   ascii-ci=0, ftype=1\n"
      "log      =internal log           bsize=1024   blocks=16384, version=2\n"
      "         =                       sectsz=4096  sunit=1 blks, lazy-count=1\n"
      "realtime =none                   extsz=65536  blocks=0, rtextents=0\n");
  EXPECT_EQ(info.xfs_mntpoint, "/dev/sda");
  EXPECT_EQ(info.xfs_agsize, 25600u);
  EXPECT_EQ(info.xfs_sectsize, 512u);
  EXPECT_EQ(info.xfs_blocksize, 4096u);
  EXPECT_EQ(info.xfs_datablocks, 102400u);
  EXPECT_EQ(info.xfs_swidth, 8u);
  EXPECT_EQ(info.xfs_dirversion, 2u);
  EXPECT_EQ(info.xfs_dirblocksize, 8192u);
  EXPECT_EQ(info.xfs_logname, "internal");
  EXPECT_EQ(info.xfs_logblocksize, 1024u);
  EXPECT_EQ(info.xfs_logsectsize, 4096u);
  EXPECT_EQ(info.xfs_rtname, "none");
  EXPECT_EQ(info.xfs_rtextsize, 65536u);
  EXPECT_EQ(parse_xfs_info("").xfs_agcount, static_cast<uint32_t>(-1));
  EXPECT_THROW(parse_xfs_info("data = bsize=x\n"), Error);
}

}  // namespace
}  // namespace glovebox::guestd
