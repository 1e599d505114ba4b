// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/xfs_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

// The texts are those of the programs in Debian 12.
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
