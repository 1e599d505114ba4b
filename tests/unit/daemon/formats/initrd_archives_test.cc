// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/initrd_archives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace glovebox::guestd {
namespace {

using testing::ElementsAre;

void align(std::string& bytes) {
  while (bytes.size() % 4 != 0) bytes += '\0';
}

std::string entry(const std::string& name, const std::string& content) {
  char header[120];
  snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1,
           0100644, 0, 0, 1, 0, content.size(), 0, 0, 0, 0, name.size() + 1, 0);
  std::string bytes = header + name + '\0';
  align(bytes);
  bytes += content;
  align(bytes);
  return bytes;
}

std::string archive(const std::string& name) {
  return entry(name, "content of " + name) + entry("TRAILER!!!", "");
}

std::vector<uint64_t> archives_of(const std::string& file) {
  return find_archives([&](uint64_t offset, size_t count) {
    return offset < file.size() ? file.substr(offset, count) : std::string();
  });
}

TEST(InitrdArchives, AreOneWhereNothingFollows) {
  EXPECT_THAT(archives_of(""), ElementsAre(0));
  EXPECT_THAT(archives_of("\x1f\x8b compressed"), ElementsAre(0));
  EXPECT_THAT(archives_of(archive("one")), ElementsAre(0));
  EXPECT_THAT(archives_of(archive("one") + std::string(5000, '\0')), ElementsAre(0));
}

TEST(InitrdArchives, FollowEachOther) {
  const std::string one = archive("microcode"), two = archive("modules/x");
  EXPECT_THAT(archives_of(one + two + "\x1f\x8b"),
              ElementsAre(0, one.size(), one.size() + two.size()));
}

TEST(InitrdArchives, ArePaddedWithZeroes) {
  const std::string one = archive("one") + std::string(9000, '\0');
  EXPECT_THAT(archives_of(one + archive("two")), ElementsAre(0, one.size()));
}

TEST(InitrdArchives, OfDamageAreTheLast) {
  std::string wrong_digit = archive("one");
  wrong_digit[6 + 6 * 8] = 'x';  // of the size
  EXPECT_THAT(archives_of(wrong_digit + archive("two")), ElementsAre(0));
  std::string long_name = archive("one");
  long_name.replace(6 + 11 * 8, 8, "ffffffff");
  EXPECT_THAT(archives_of(long_name + archive("two")), ElementsAre(0));
  EXPECT_THAT(archives_of(archive("one") + archive("two").substr(0, 100)),
              ElementsAre(0, archive("one").size()));
}

TEST(InitrdArchives, HaveALimit) {
  std::string many;
  for (int i = 0; i < 64; ++i) many += entry("TRAILER!!!", "");
  EXPECT_EQ(archives_of(many).size(), 64u);
  EXPECT_EQ(archives_of(many + many).size(), 64u);
}

TEST(InitrdArchives, ArePaddedWithLessThanAMebibyte) {
  const std::string one = archive("one"), two = archive("two");
  EXPECT_THAT(archives_of(one + std::string((1 << 20) - 1, '\0') + two),
              ElementsAre(0, one.size() + (1 << 20) - 1));
  EXPECT_THAT(archives_of(one + std::string(1 << 20, '\0') + two), ElementsAre(0));
}

TEST(InitrdArchives, HaveNamesOf4096BytesAtMost) {
  const std::string most = archive(std::string(4095, 'n')), more = archive(std::string(4096, 'n'));
  EXPECT_THAT(archives_of(most + archive("two")), ElementsAre(0, most.size()));
  EXPECT_THAT(archives_of(more + archive("two")), ElementsAre(0));
}

}  // namespace
}  // namespace glovebox::guestd
