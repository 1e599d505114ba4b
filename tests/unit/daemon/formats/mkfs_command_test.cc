// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mkfs_command.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

using Command = std::vector<std::string>;

Command command(const std::string& fstype, const MkfsOptions& options = {}) {
  return mkfs_command(fstype, "/dev/sda", 512, options);
}

TEST(MkfsCommand, AsksNothing) {
  EXPECT_EQ(command("ext4"), (Command{"mkfs.ext4", "-F", "/dev/sda"}));
  EXPECT_EQ(command("ntfs"), (Command{"mkfs.ntfs", "-Q", "-F", "/dev/sda"}));
  EXPECT_EQ(command("minix"), (Command{"mkfs.minix", "/dev/sda"}));
}

TEST(MkfsCommand, SpeaksEachMakersLanguage) {
  EXPECT_EQ(command("ext4", {.blocksize = 1024, .features = "^64bit", .inode = 256, .label = "-a"}),
            (Command{"mkfs.ext4", "-F", "-b", "1024", "-O", "^64bit", "-I", "256", "-L", "-a",
                     "/dev/sda"}));
  EXPECT_EQ(command("xfs", {.blocksize = 4096}),
            (Command{"mkfs.xfs", "-f", "-b", "size=4096", "/dev/sda"}));
  EXPECT_EQ(command("vfat", {.blocksize = 2048, .label = "BOOT"}),
            (Command{"mkfs.vfat", "-I", "-s", "4", "-n", "BOOT", "/dev/sda"}));
  EXPECT_EQ(command("ntfs", {.blocksize = 4096}),
            (Command{"mkfs.ntfs", "-Q", "-F", "-c", "4096", "/dev/sda"}));
}

TEST(MkfsCommand, RefusesWhatTheTypeDoesNotHave) {
  EXPECT_THROW(command("btrfs", {.blocksize = 4096}), Error);
  EXPECT_THROW(command("ext4", {.blocksize = 1000}), Error);
  EXPECT_THROW(command("ext4", {.blocksize = 0}), Error);
  EXPECT_THROW(command("vfat", {.blocksize = 256}), Error);
  EXPECT_THROW(command("xfs", {.inode = 256}), Error);
  EXPECT_THROW(command("ext4", {.inode = -1}), Error);
  EXPECT_THROW(command("ext4", {.sectorsize = 512}), Error);
}

TEST(MkfsCommand, TakesATypeThatIsAWord) {
  for (const char* fstype : {"", "../sh", "ext4 ", "-t", "ext4\n"})
    EXPECT_THROW(command(fstype), Error) << fstype;
}

}  // namespace
}  // namespace glovebox::guestd
