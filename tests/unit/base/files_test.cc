// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/files.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"

using namespace glovebox;
using namespace glovebox::base;

TEST(Files, ReplaceFileIsReadBackWithItsMode) {
  const TempDir dir;
  const std::string path = dir.path() + "/f";
  replace_file(path, "one");
  replace_file(path, "two", 0640);
  EXPECT_EQ(read_file(path, 100), "two");
  EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(path).permissions()), 0640u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1)
      << "no leftovers";
}

TEST(Files, ReadFileHasACap) {
  const TempDir dir;
  const std::string path = dir.path() + "/f";
  replace_file(path, std::string(101, 'x'));
  try {
    read_file(path, 100);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.what(), path + ": larger than 100 bytes");
  }
}

TEST(TempDir, IsRemovedWithItsContents) {
  std::string path;
  {
    const TempDir dir;
    path = dir.path();
    replace_file(path + "/f", "x");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}
