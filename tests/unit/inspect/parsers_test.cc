// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inspect/parsers/binary/elf_arch.h"
#include "inspect/parsers/binary/png.h"
#include "inspect/parsers/lines.h"
#include "inspect/parsers/packages/deb_version.h"
#include "inspect/parsers/packages/dpkg_status.h"
#include "inspect/parsers/unix/fstab.h"
#include "inspect/parsers/unix/release.h"

namespace glovebox::inspect {
namespace {

using std::literals::operator""s;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Lines, KnowsEveryKindOfEnd) {
  std::vector<std::string> seen;
  for (LineReader lines("a\nb\r\n\nc"); lines.next();) seen.emplace_back(lines.line());
  EXPECT_THAT(seen, ElementsAre("a", "b", "", "c"));
  EXPECT_FALSE(LineReader("").next());
  EXPECT_THAT(words_of(" a\tb  c d", 3), ElementsAre("a", "b", "c"));
}

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

std::string elf(char bits, char order, int machine) {
  std::string head =
      "\x7f"s
      "ELF" +
      bits + order;
  head.resize(18);
  const char low = static_cast<char>(machine), high = static_cast<char>(machine >> 8);
  return head + (order == 1 ? ""s + low + high : ""s + high + low);
}

TEST(ElfArch, NamesMachinesAsLibguestfsDoes) {
  EXPECT_EQ(elf_arch(elf(2, 1, 62)), "x86_64");
  EXPECT_EQ(elf_arch(elf(1, 1, 3)), "i386");
  EXPECT_EQ(elf_arch(elf(2, 1, 183)), "aarch64");
  EXPECT_EQ(elf_arch(elf(2, 1, 21)), "ppc64le");
  EXPECT_EQ(elf_arch(elf(2, 2, 21)), "ppc64");
  EXPECT_EQ(elf_arch(elf(2, 1, 243)), "riscv64");
  EXPECT_EQ(elf_arch(elf(2, 2, 22)), "s390x");
  EXPECT_EQ(elf_arch(elf(2, 1, 258)), "loongarch64");
  EXPECT_EQ(elf_arch(elf(2, 1, 9999)), "");
  EXPECT_EQ(elf_arch("#!/bin/sh and some more text"), "");
  EXPECT_EQ(elf_arch(elf(2, 1, 62).substr(0, 19)), "");
}

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
