// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/resize_estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

// The texts are those of the programs in Debian 12.
TEST(ResizeEstimate, TakesIt) {
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

}  // namespace
}  // namespace glovebox::guestd
