// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuse/mount_table.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::fuse {
namespace {

TEST(MountTable, NumbersWhatIsMounted) {
  ASSERT_TRUE(mount_at("/"));
  ASSERT_TRUE(mount_at("/proc"));
  EXPECT_NE(*mount_at("/"), *mount_at("/proc"));
  EXPECT_FALSE(mount_at("/proc/self"));
  EXPECT_FALSE(mount_at("/none"));
}

TEST(MountTable, WhatIsNotMountedCannotBeUnmounted) {
  EXPECT_THROW(unmount("/proc/self", When::NotUsed), Error);
}

}  // namespace
}  // namespace glovebox::fuse
