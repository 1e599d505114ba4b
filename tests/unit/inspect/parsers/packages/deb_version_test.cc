// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/packages/deb_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox::inspect {
namespace {

TEST(DebVersion, SplitsAtTheLastDash) {
  EXPECT_EQ(split_deb_version("5.2.15-2+b7"), (DebVersion{0, "5.2.15", "2+b7"}));
  EXPECT_EQ(split_deb_version("2:9.0-1"), (DebVersion{2, "9.0", "1"}));
  EXPECT_EQ(split_deb_version("1.0-rc1-3"), (DebVersion{0, "1.0-rc1", "3"}));
  EXPECT_EQ(split_deb_version("12.4+deb12u5"), (DebVersion{0, "12.4+deb12u5", ""}));
  EXPECT_EQ(split_deb_version("1:2:3-4"), (DebVersion{1, "2:3", "4"}));
  EXPECT_EQ(split_deb_version("x:1"), (DebVersion{0, "x:1", ""}));
  EXPECT_EQ(split_deb_version("99999999999:1"), (DebVersion{0, "99999999999:1", ""}));
  EXPECT_EQ(split_deb_version(""), (DebVersion{}));
}

}  // namespace
}  // namespace glovebox::inspect
