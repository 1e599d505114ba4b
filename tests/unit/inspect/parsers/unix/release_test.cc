// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/unix/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

TEST(OsRelease, KnowsTheQuotesOfTheShell) {
  const auto all = parse_assignments(
      "A=plain\nB=\"double \\\"q\\\" \\$x \\a\"\nC='single \\ \"'\nD=a\\ b\nE=\"a\"'b'c # rest\n"
      "  F = no\n# G=1\n1H=no\nI=\"open\nJ=\nA=last\r\nexport K=1\n");
  EXPECT_EQ(all.at("A"), "last");
  EXPECT_EQ(all.at("B"), "double \"q\" $x \\a");
  EXPECT_EQ(all.at("C"), "single \\ \"");
  EXPECT_EQ(all.at("D"), "a b");
  EXPECT_EQ(all.at("E"), "abc");
  EXPECT_EQ(all.at("I"), "open");
  EXPECT_EQ(all.at("J"), "");
  EXPECT_EQ(all.size(), 7u);
}

TEST(OsRelease, HasCaps) {
  const auto with = [](size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += "A" + std::to_string(i) + "=\n";
    return text;
  };
  EXPECT_EQ(parse_assignments(with(512)).size(), 512u);
  EXPECT_EQ(parse_assignments(with(513)).size(), 512u);
  EXPECT_EQ(parse_assignments("A=" + std::string(4094, 'x')).at("A"), std::string(4094, 'x'));
  EXPECT_EQ(parse_assignments("A=" + std::string(4095, 'x')).at("A"), std::string(4094, 'x'));
}

TEST(OsRelease, TakesTheFieldsItKnows) {
  EXPECT_EQ(
      parse_os_release("ID=debian\nID_LIKE='a b'\nNAME=\"Debian\"\nPRETTY_NAME=\"Debian 12\"\n"
                       "VERSION_ID=\"12\"\nBUILD_ID=x\n"),
      (OsRelease{"debian", "a b", "Debian", "Debian 12", "12", "x"}));
  EXPECT_EQ(parse_lsb_release(
                "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_DESCRIPTION=\"Ubuntu 22.04\"\n"),
            (LsbRelease{"Ubuntu", "22.04", "Ubuntu 22.04"}));
}

TEST(Version, IsTheFirstPairElseTheFirstNumber) {
  EXPECT_EQ(find_version("12.5"), (Version{12, 5}));
  EXPECT_EQ(find_version("12"), (Version{12, 0}));
  EXPECT_EQ(find_version("release 7 of 8.9"), (Version{8, 9}));
  EXPECT_EQ(find_version("7. 8"), (Version{7, 0}));
  EXPECT_EQ(find_version("1.2.3"), (Version{1, 2}));
  EXPECT_EQ(find_version("trixie/sid"), std::nullopt);
  EXPECT_EQ(find_version(""), std::nullopt);
  EXPECT_EQ(find_version("99999999999999999999"), std::nullopt);
  EXPECT_EQ(find_version("99999999999999999999.1 or 3"), (Version{3, 0}));
  EXPECT_EQ(find_version("2147483647.2147483647"), (Version{2147483647, 2147483647}));
  EXPECT_EQ(find_version("2147483648"), std::nullopt);
}

TEST(Hostname, IsTheFirstLineThatSaysSomething) {
  EXPECT_EQ(parse_hostname("guest\n"), "guest");
  EXPECT_EQ(parse_hostname("# set by hand\n\n  guest.example.org  \nother\n"), "guest.example.org");
  EXPECT_EQ(parse_hostname("\n\n"), "");
  EXPECT_EQ(first_line(" one \ntwo"), "one");
  for (const auto parse : {parse_hostname, first_line}) {
    EXPECT_EQ(parse(std::string(4096, 'x') + "\n"), std::string(4096, 'x'));
    EXPECT_EQ(parse(std::string(4097, 'x') + "\n"), std::string(4096, 'x'));
  }
}

}  // namespace
}  // namespace glovebox::inspect
