// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mke2fs_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Tune2fs, ListsFields) {
  EXPECT_THAT(parse_tune2fs_list("tune2fs 1.47.0 (5-Feb-2023)\n"
                                 "Filesystem volume name:   <none>\n"
                                 "Last mounted on:          <not available>\n"
                                 "Inode count:              16384\n"),
              ElementsAre(Pair("Filesystem volume name", ""), Pair("Last mounted on", ""),
                          Pair("Inode count", "16384")));
}

TEST(Tune2fs, TakesOptions) {
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

}  // namespace
}  // namespace glovebox::guestd
