// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/unix/fstab.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

using std::literals::operator""s;
using testing::ElementsAre;

TEST(Fstab, ReadsEntries) {
  const Fstab fstab = parse_fstab(
      "# a comment\n"
      "UUID=0b1c / xfs defaults 0 1\n"
      "\t/dev/sda2\t/boot  ext4\tnoatime,ro 0 2\n"
      "\n"
      "/dev/vg0/swap none swap sw 0 0\n"
      "LABEL=My\\040Disk /mnt/a\\040b\\134c auto\n"
      "/dev/sdb1 /short\n"
      "lonely\n"
      "/dev/sdc1 /last ext4 defaults");
  EXPECT_THAT(fstab.entries, ElementsAre(FstabEntry{"UUID=0b1c", "/", "xfs", "defaults"},
                                         FstabEntry{"/dev/sda2", "/boot", "ext4", "noatime,ro"},
                                         FstabEntry{"/dev/vg0/swap", "none", "swap", "sw"},
                                         FstabEntry{"LABEL=My Disk", "/mnt/a b\\c", "auto", ""},
                                         FstabEntry{"/dev/sdb1", "/short", "", ""},
                                         FstabEntry{"/dev/sdc1", "/last", "ext4", "defaults"}));
  EXPECT_THAT(fstab.bad_lines, ElementsAre(8));
  EXPECT_FALSE(fstab.truncated);
}

TEST(Fstab, KeepsOddEscapesAndDropsNuls) {
  const Fstab fstab = parse_fstab("a\\04 b\\999\\ e\\000f\n x\0y /z\n"s);
  EXPECT_THAT(fstab.entries,
              ElementsAre(FstabEntry{"a\\04", "b\\999\\", "ef", ""}, FstabEntry{"xy", "/z"}));
}

std::string repeated(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Fstab, StopsAtItsCap) {
  const std::string most = repeated("a b c\n", 2048);
  EXPECT_EQ(parse_fstab(most).entries.size(), 2048u);
  EXPECT_FALSE(parse_fstab(most + "# not an entry\n\n").truncated);
  EXPECT_EQ(parse_fstab(most + "a b c\n").entries.size(), 2048u);
  EXPECT_TRUE(parse_fstab(most + "a b c\n").truncated);
}

TEST(Fstab, CountsBadLinesToo) {
  const std::string most = repeated("a b c\n", 1000) + repeated("bad\n", 1048);
  EXPECT_EQ(parse_fstab(most).bad_lines.size(), 1048u);
  EXPECT_FALSE(parse_fstab(most).truncated);
  for (const char* more : {"bad\n", "a b c\n"}) {
    const Fstab fstab = parse_fstab(most + more);
    EXPECT_EQ(fstab.entries.size(), 1000u);
    EXPECT_EQ(fstab.bad_lines.size(), 1048u);
    EXPECT_TRUE(fstab.truncated);
  }
}

TEST(Crypttab, ReadsTargets) {
  EXPECT_THAT(
      parse_crypttab("# x\nluks-root UUID=ab-cd none luks\nodd\nswap /dev/sda3 /dev/urandom"),
      ElementsAre(CrypttabEntry{"luks-root", "UUID=ab-cd"}, CrypttabEntry{"swap", "/dev/sda3"}));
}

TEST(Crypttab, StopsAtItsCap) {
  EXPECT_EQ(parse_crypttab(repeated("a b\n", 2048)).size(), 2048u);
  EXPECT_EQ(parse_crypttab(repeated("a b\n", 2049)).size(), 2048u);
}

TEST(MdadmConf, ReadsArrays) {
  EXPECT_THAT(parse_mdadm_conf(
                  "DEVICE partitions\n"
                  "ARRAY /dev/md0 metadata=1.2 UUID=B5BEB3E3:1b9b8e4e:2c40f2fd:7f3c0ff1 name=h:0\n"
                  "array /dev/md1 uuid=short\n"),
              ElementsAre(MdArray{"/dev/md0", "b5beb3e31b9b8e4e2c40f2fd7f3c0ff1"}));
}

TEST(MdadmConf, HasCaps) {
  const std::string uuid = " uuid=b5beb3e3:1b9b8e4e:2c40f2fd:7f3c0ff1";
  const auto arrays = [](const std::string& text) { return parse_mdadm_conf(text).size(); };
  EXPECT_EQ(arrays(repeated("ARRAY /dev/md0" + uuid + "\n", 2048)), 2048u);
  EXPECT_EQ(arrays(repeated("ARRAY /dev/md0" + uuid + "\n", 2049)), 2048u);
  EXPECT_EQ(arrays("ARRAY /dev/md0" + uuid + uuid + "\n"), 1u);
  EXPECT_EQ(arrays("ARRAY /dev/md0" + repeated(" x", 61) + uuid), 1u);
  EXPECT_EQ(arrays("ARRAY /dev/md0" + repeated(" x", 62) + uuid), 0u);
}

}  // namespace
}  // namespace glovebox::inspect
