// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/directory_cursor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::base {
namespace {

UniqueFd open_top(const TempDir& dir) {
  return open_file(dir.path(), O_RDONLY | O_DIRECTORY);
}

TEST(DirectoryCursor, DeeperThanAPathCanBeAndBack) {
  const TempDir dir;
  const std::string name(200, 'd');
  constexpr size_t kDepth = 200;
  DirectoryCursor cursor(open_top(dir));
  for (size_t i = 0; i < kDepth; ++i) {
    ASSERT_EQ(mkdirat(cursor.fd(), name.c_str(), 0700), 0);
    ASSERT_TRUE(cursor.try_enter(name));
  }
  EXPECT_EQ(cursor.depth(), kDepth);
  while (cursor.depth() > 0) {
    cursor.leave();
    ASSERT_EQ(unlinkat(cursor.fd(), name.c_str(), AT_REMOVEDIR), 0);
  }
}

TEST(DirectoryCursor, NoLinkIsFollowedAndNoNameLeadsAway) {
  const TempDir dir;
  std::filesystem::create_directory(dir.path() + "/real");
  std::filesystem::create_symlink("real", dir.path() + "/link");
  replace_file(dir.path() + "/file", "");
  DirectoryCursor cursor(open_top(dir));
  const auto errno_of = [&](const std::string& name) { return cursor.try_enter(name) ? 0 : errno; };
  EXPECT_EQ(errno_of("link"), ENOTDIR);
  EXPECT_EQ(errno_of("file"), ENOTDIR);
  EXPECT_EQ(errno_of("none"), ENOENT);
  for (const char* name : {"", ".", "..", "real/..", "/"}) EXPECT_EQ(errno_of(name), EINVAL);
  EXPECT_EQ(cursor.depth(), 0u);
  EXPECT_EQ(errno_of("real"), 0);
}

TEST(DirectoryCursor, ADirectoryThatIsMovedMeanwhileIsAnError) {
  const TempDir dir;
  std::filesystem::create_directories(dir.path() + "/a/b");
  DirectoryCursor cursor(open_top(dir));
  ASSERT_TRUE(cursor.try_enter("a") && cursor.try_enter("b"));
  std::filesystem::rename(dir.path() + "/a/b", dir.path() + "/b");
  EXPECT_EQ(message_of([&] { cursor.leave(); }), "a directory was moved while its tree was read");
}

}  // namespace
}  // namespace glovebox::base
