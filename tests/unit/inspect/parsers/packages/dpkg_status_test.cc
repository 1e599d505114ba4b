// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/packages/dpkg_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string repeated(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

constexpr const char* kStatus =
    "Package: bash\nEssential: yes\nStatus: install ok installed\nArchitecture: amd64\n"
    "Source: bash (5.2.15-2)\nVersion: 5.2.15-2+b7\nConffiles:\n /etc/bash.bashrc 1234\n"
    "Description: GNU Bourne Again SHell\n Bash is a shell.\n .\n  indented\nHomepage: http://x/\n"
    "\n"
    "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n"
    "\n"
    "Package: never\nStatus: purge ok not-installed\n"
    "\n\n"
    "Package: half\nStatus: install ok unpacked\nVersion: 3:1.0-rc1-2";

TEST(DpkgStatus, ListsWhatHasFiles) {
  const DpkgStatus status = parse_dpkg_status(kStatus);
  EXPECT_THAT(status.packages,
              ElementsAre(DpkgPackage{.name = "bash",
                                      .version = {0, "5.2.15", "2+b7"},
                                      .arch = "amd64",
                                      .source = "bash",
                                      .homepage = "http://x/",
                                      .summary = "GNU Bourne Again SHell",
                                      .description = "Bash is a shell.\n.\n indented"},
                          DpkgPackage{.name = "half", .version = {3, "1.0-rc1", "2"}}));
  EXPECT_EQ(status.stanzas, 4u);
  EXPECT_EQ(status.first_bad_line, 0u);
}

TEST(DpkgStatus, AStatusThatLacksAWordCountsByItsState) {
  const DpkgStatus status = parse_dpkg_status(
      "Package: a\nStatus: ok installed\nVersion: 1\n\n"
      "Package: b\nStatus: install unpacked\nVersion: 1\n\n"
      "Package: c\nStatus: install ok\nVersion: 1\n\n"
      "Package: d\nStatus: not-installed\nVersion: 1\n");
  ASSERT_EQ(status.packages.size(), 2u);
  EXPECT_EQ(status.packages[0].name, "a");
  EXPECT_EQ(status.packages[1].name, "b");
}

TEST(DpkgStatus, CountsDamage) {
  const DpkgStatus status = parse_dpkg_status(
      "Package: a\nStatus: install ok installed\nVersion: 1\n\n"
      "\x01\x02 binary\nrubbish\n\n"
      "Package: no-version\nStatus: install ok installed\n");
  EXPECT_EQ(status.packages.size(), 1u);
  EXPECT_EQ(status.bad_lines, 2u);
  EXPECT_EQ(status.bad_stanzas, 2u);
  EXPECT_EQ(status.first_bad_line, 5u);
}

TEST(DpkgStatus, TakesStanzasWithoutStatusOnlyWhereAsked) {
  const char* const text = "Package: base-files\nVersion: 12.4\n";
  EXPECT_THAT(parse_dpkg_status(text).packages, IsEmpty());
  EXPECT_EQ(parse_dpkg_status(text, WithoutStatus::Installed).packages.size(), 1u);
}

TEST(DpkgStatus, StopsAtItsCap) {
  constexpr size_t kMost = 262144;
  const std::string one = "Package: a\nVersion: 1\n\n";
  const std::string more = repeated(one, kMost + 1);
  for (const size_t count : {kMost, kMost + 1}) {
    const DpkgStatus status = parse_dpkg_status(
        std::string_view(more).substr(0, count * one.size()), WithoutStatus::Installed);
    EXPECT_EQ(status.packages.size(), kMost);
    EXPECT_EQ(status.truncated, count > kMost);
  }
}

}  // namespace
}  // namespace glovebox::inspect
