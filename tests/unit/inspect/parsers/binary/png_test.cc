// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/binary/png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

using std::literals::operator""s;

TEST(Png, HasASize) {
  const std::string head = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x30\0\0\1\0"s;
  ASSERT_TRUE(png_size(head));
  EXPECT_EQ(png_size(head)->width, 48u);
  EXPECT_EQ(png_size(head)->height, 256u);
  EXPECT_TRUE(png_size(head.substr(0, 24)));
  EXPECT_FALSE(png_size(head.substr(0, 23)));
  EXPECT_FALSE(png_size("GIF89a and so on and so on"));
}

}  // namespace
}  // namespace glovebox::inspect
