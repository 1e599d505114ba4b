// SPDX-License-Identifier: GPL-2.0-or-later
//
// The lines of virt-ls -lR, compared with what virt-ls 1.48.2 printed for the same files.
#include "tools/virt-ls/listing.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <ctime>

namespace glovebox::tools {
namespace {

constexpr int64_t kNow = 1795367353;

class Listing : public testing::Test {
 protected:
  Listing() {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  const FileRecord a_{.path = "/bin/a",
                      .mode = S_IFREG | 0755,
                      .size = 3,
                      .uid = 1000,
                      .gid = 12345,
                      .atime = 1577836800,
                      .mtime = 1577836800,
                      .ctime = 1795367304,
                      .dev = static_cast<int64_t>(makedev(8, 0)),
                      .ino = 13,
                      .nlink = 1,
                      .blocks = 2,
                      .checksum = "764efa883dda1e11db47671c4a3bbd9e"};
  const FileRecord link_{.path = "/bin/link",
                         .mode = S_IFLNK | 0777,
                         .size = 7,
                         .atime = 1795367304,
                         .mtime = 1795367304,
                         .ctime = 1795367304,
                         .dev = static_cast<int64_t>(makedev(8, 0)),
                         .ino = 16,
                         .nlink = 1,
                         .link = "/bin/ls"};
  const FileRecord blk_{.path = "/bin/blk",
                        .mode = S_IFBLK | 0644,
                        .ino = 15,
                        .nlink = 1,
                        .rdev = static_cast<int64_t>(makedev(8, 1))};
};

TEST_F(Listing, Text) {
  EXPECT_EQ(text_line({.path = "/bin/ls", .mode = S_IFREG | 0755, .size = 6484}, {}, Names::Exact),
            "- 0755       6484 /bin/ls\n");
  EXPECT_EQ(text_line(link_, {}, Names::Exact), "l 0777          7 /bin/link -> /bin/ls\n");
  EXPECT_EQ(text_line({.path = "/bin/big", .mode = S_IFREG | 04711, .size = 5368709120},
                      {.human = true, .uids = true}, Names::Exact),
            "- 4711       5.0G    0    0 /bin/big\n");
}

TEST_F(Listing, TextWithEverything) {
  const Columns columns{.human = true,
                        .uids = true,
                        .times = Times::DaysAgo,
                        .extra_stats = true,
                        .checksum = true,
                        .now = kNow};
  EXPECT_EQ(text_line(a_, columns, Names::Exact),
            "- 0755          3 1000 12345 2517 2517   0 8:0 13 1 0:0 2 "
            "764efa883dda1e11db47671c4a3bbd9e /bin/a\n");
  EXPECT_EQ(text_line(link_, columns, Names::Exact),
            "l 0777          7    0    0   0   0   0 8:0 16 1 0:0 0 /bin/link -> /bin/ls\n");
}

TEST_F(Listing, CsvWithEverything) {
  const Columns columns{
      .uids = true, .times = Times::Seconds, .extra_stats = true, .checksum = true};
  EXPECT_EQ(csv_line(a_, columns, Names::Exact),
            "-,0755,3,1000,12345,1577836800,1577836800,1795367304,8:0,13,1,0:0,2,"
            "764efa883dda1e11db47671c4a3bbd9e,/bin/a\n");
  EXPECT_EQ(
      csv_line(link_, columns, Names::Exact),
      "l,0777,7,   0,   0,1795367304,1795367304,1795367304,8:0,16,1,0:0,0,,/bin/link,/bin/ls\n");
  FileRecord odd = a_;
  odd.path = "/odd/q\"uote,comma";
  EXPECT_EQ(csv_line(odd, {}, Names::Exact), "-,0755,3,\"/odd/q\"\"uote,comma\"\n");
  EXPECT_EQ(csv_line(blk_, {.extra_stats = true}, Names::Exact),
            "b,0644,0,0:0,15,1,8:1,0,/bin/blk\n");
}

TEST_F(Listing, Times) {
  EXPECT_EQ(csv_line(a_, {.times = Times::Date}, Names::Exact),
            "-,0755,3,2020-01-01 00:00:00,2020-01-01 00:00:00,2026-11-22 17:08:24,/bin/a\n");
  EXPECT_EQ(csv_line(a_, {.times = Times::SecondsAgo, .now = kNow}, Names::Exact),
            "-,0755,3,217530553,217530553,      49,/bin/a\n");
  FileRecord old = a_;
  old.atime = old.mtime = -315619200;
  EXPECT_EQ(csv_line(old, {.times = Times::Seconds}, Names::Exact),
            "-,0755,3,-315619200,-315619200,1795367304,/bin/a\n");
}

// A guest decides what its inodes say.
TEST_F(Listing, ImpossibleNumbers) {
  const FileRecord wild{.path = "/w",
                        .mode = 0170000 | 07777,
                        .size = -1,
                        .atime = INT64_MIN,
                        .mtime = INT64_MAX,
                        .ctime = 0};
  EXPECT_EQ(text_line(wild, {.human = true, .times = Times::Date}, Names::Exact),
            "u 7777         -1 -9223372036854775808 9223372036854775807 1970-01-01 00:00:00 /w\n");
  EXPECT_EQ(text_line(wild, {.times = Times::SecondsAgo, .now = kNow}, Names::Exact),
            "u 7777         -1 9223372036854775807 -9223372035059408454 1795367353 /w\n");
}

TEST_F(Listing, TerminalsGetHarmlessNames) {
  const FileRecord evil{.path = "/\033[2J\n", .mode = S_IFLNK | 0777, .size = 1, .link = "\r"};
  EXPECT_EQ(text_line(evil, {}, Names::Escaped), "l 0777          1 /\\x1b[2J\\x0a -> \\x0d\n");
  EXPECT_EQ(text_line(evil, {}, Names::Exact), "l 0777          1 /\033[2J\n -> \r\n");
}

TEST_F(Listing, Json) {
  EXPECT_EQ(json_object(link_),
            "{\"path\": \"/bin/link\", \"type\": \"symlink\", \"mode\": \"0777\", \"size\": 7, "
            "\"uid\": 0, \"gid\": 0, \"atime\": 1795367304, \"mtime\": 1795367304, "
            "\"ctime\": 1795367304, \"dev\": \"8:0\", \"inode\": 16, \"nlink\": 1, "
            "\"rdev\": \"0:0\", \"blocks\": 0, \"target\": \"/bin/ls\"}");
  EXPECT_EQ(json_path_object("/\xc3"), "{\"path\": \"/\\\\xc3\", \"path_base64\": \"L8M=\"}");
}

TEST(ChildPath, Joins) {
  EXPECT_EQ(child_path("/", "bin"), "/bin");
  EXPECT_EQ(child_path("/", "."), "/");
  EXPECT_EQ(child_path("/etc", "ssh/x"), "/etc/ssh/x");
  EXPECT_EQ(child_path("/etc//", "x"), "/etc/x");
  EXPECT_EQ(child_path("/etc/", "."), "/etc");
}

}  // namespace
}  // namespace glovebox::tools
