// SPDX-License-Identifier: GPL-2.0-or-later
#include "calls/tar_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "base/files.h"
#include "tests/unit/calls/tar_archive.h"
#include "tests/unit/message_of.h"

namespace glovebox::calls {
namespace {

using Kind = TarMember::Kind;
using testing::ElementsAre;
using testing::SizeIs;

struct Collected final : TarSink {
  void begin(const TarMember& member) override { members.push_back(member); }
  void content(std::string_view piece) override { contents += piece; }
  void end() override { contents += "|"; }

  std::vector<TarMember> members;
  std::string contents;
};

Collected read_tar(const std::string& archive, size_t piece = std::string::npos) {
  Collected collected;
  TarReader reader(collected);
  for (size_t at = 0; at < archive.size(); at += std::min(piece, archive.size()))
    reader.feed(std::string_view(archive).substr(at, piece));
  reader.finish();
  return collected;
}

std::string damage(const std::string& archive) {
  return message_of([&] { read_tar(archive); });
}

TarMember file(const std::string& name) {
  return {.name = name, .mode = 0644};
}

TEST(TarReader, EveryKindOfMember) {
  const std::vector<TarMember> members = {
      {.kind = Kind::Directory, .name = "./", .mode = 0755},
      {.kind = Kind::File,
       .name = "./f",
       .mode = 04755,
       .uid = 1000,
       .gid = 1001,
       .user = "u",
       .group = "g",
       .mtime = 1000000000},
      {.kind = Kind::HardLink, .name = "./h", .link = "./f"},
      {.kind = Kind::SymbolicLink, .name = "./s", .link = "/etc"},
      {.kind = Kind::CharacterDevice, .name = "./c", .major = 1, .minor = 3},
      {.kind = Kind::BlockDevice, .name = "./b", .major = 8},
      {.kind = Kind::Fifo, .name = "./p"},
  };
  std::string archive;
  for (const TarMember& member : members) archive += tar_member(member);
  archive += tar_end();
  for (const size_t piece : {size_t{1}, size_t{511}, size_t{513}, archive.size()}) {
    const Collected collected = read_tar(archive, piece);
    EXPECT_EQ(collected.members, members);
    EXPECT_EQ(collected.contents, "|||||||");
  }
}

TEST(TarReader, ContentsInPieces) {
  const std::string archive = tar_member(file("a"), "content") + tar_member(file("b"), "") +
                              tar_member(file("c"), std::string(512, 'x')) + tar_end();
  for (const size_t piece : {size_t{3}, size_t{512}, archive.size()})
    EXPECT_EQ(read_tar(archive, piece).contents, "content||" + std::string(512, 'x') + "|");
}

TEST(TarReader, LongNamesAreOfTheNextMemberOnly) {
  const std::string name = "./" + std::string(5000, 'n'), link(300, 'l');
  const Collected collected =
      read_tar(tar_member({.kind = Kind::SymbolicLink, .name = name, .link = link}) +
               tar_member(file("after")) + tar_end());
  ASSERT_THAT(collected.members, SizeIs(2));
  EXPECT_EQ(collected.members[0].name, name);
  EXPECT_EQ(collected.members[0].link, link);
  EXPECT_EQ(collected.members[1].name, "after");
  EXPECT_EQ(collected.members[1].link, "");
}

TEST(TarReader, TheLongestNameIsAccepted) {
  const std::string name((1 << 20) - 1, 'n');  // and a zero byte
  const Collected collected = read_tar(tar_member({.name = name}) + tar_end());
  ASSERT_THAT(collected.members, SizeIs(1));
  EXPECT_EQ(collected.members[0].name, name);
}

TEST(TarReader, NumbersThatDoNotFitOctalDigits) {
  std::string header = tar_header('0', file("f"));
  put(header, 124, std::string("\x80\0\0\0\0\0\0\0\0\0\0\x05", 12));
  put(header, 136, std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 12));
  put(header, 108, std::string("\x80\0\0\0\xff\xff\xff\xfe", 8));
  fix_checksum(header);
  const Collected collected = read_tar(header + padded("bytes") + tar_end());
  ASSERT_THAT(collected.members, SizeIs(1));
  EXPECT_EQ(collected.members[0].size, 5u);
  EXPECT_EQ(collected.members[0].mtime, -2);
  EXPECT_EQ(collected.members[0].uid, 4294967294u);
  EXPECT_EQ(collected.contents, "bytes|");
}

TEST(TarReader, WhatTarWrites) {
  const base::TempDir dir;
  const std::string name = std::string(120, 'n');
  base::replace_file(dir.path() + "/" + name, "content");
  base::run_ok({.argv = {"ln", "-s", std::string(150, 't'), dir.path() + "/link"}});
  const std::string archive =
      base::run_ok({.argv = {"tar", "-C", dir.path(), "--sort=name", "-cf", "-", "."}}).stdout_text;
  const Collected collected = read_tar(archive, 1000);
  ASSERT_THAT(collected.members, SizeIs(3));
  EXPECT_EQ(collected.members[0].name, "./");
  EXPECT_EQ(collected.members[1].link, std::string(150, 't'));
  EXPECT_EQ(collected.members[2].name, "./" + name);
  EXPECT_EQ(collected.contents, "||content|");
}

TEST(TarReader, DamageIsAnError) {
  const std::string prefix = "the appliance's archive is damaged: ";
  const std::string good = tar_member(file("a"), "content");
  EXPECT_EQ(damage(""), prefix + "it ends too early");
  EXPECT_EQ(damage(good), prefix + "it ends too early");
  EXPECT_EQ(damage(good.substr(0, 515)), prefix + "it ends too early");
  EXPECT_EQ(damage(good + tar_end().substr(0, 512)), "no error");
  EXPECT_EQ(damage(good + tar_end() + "more"), "no error");
  EXPECT_EQ(damage(std::string(512, 'x')), prefix + "an invalid header");
  std::string wrong_sum = good;
  wrong_sum[0] = 'b';
  EXPECT_EQ(damage(wrong_sum), prefix + "an invalid header");
  EXPECT_EQ(damage(tar_header('x', file("pax"))), prefix + "a member of unknown type x");
  EXPECT_EQ(damage(tar_header('\n', file("odd"))), prefix + "a member of unknown type \\x0a");
  EXPECT_EQ(damage(tar_header('5', {.name = "d", .size = 1})),
            prefix + "content of a member that cannot have any");
  EXPECT_EQ(damage(tar_header('L', {.size = (1 << 20) + 1})), prefix + "a name that is too long");
  EXPECT_EQ(damage(tar_header('K', {.size = (1 << 20) + 1})), prefix + "a name that is too long");
  EXPECT_EQ(damage(tar_header('K', {.size = 0})), prefix + "a name that is too long");
}

TEST(TarReader, NumbersOutOfRangeAreAnError) {
  const auto with = [](size_t at, const std::string& bytes) {
    std::string header = tar_header('0', file("f"));
    put(header, at, bytes);
    fix_checksum(header);
    return damage(header);
  };
  const std::string prefix = "the appliance's archive is damaged: ";
  EXPECT_EQ(with(124, "1234567890x"), prefix + "a number that is not octal");
  EXPECT_EQ(with(124, std::string(12, '\xff')), prefix + "a number out of range");
  EXPECT_EQ(with(124, '\x80' + std::string(11, '\x7f')), prefix + "a number that is too large");
  EXPECT_EQ(with(124, std::string("\x80\0\0\0\x80\0\0\0\0\0\0\0", 12)),
            prefix + "a number that is too large");
  EXPECT_EQ(with(124, '\x90' + std::string(11, '\0')), prefix + "a number that is too large");
  EXPECT_EQ(with(108, std::string("\x80\0\0\1\0\0\0\0", 8)), prefix + "a number out of range");
  EXPECT_EQ(with(108, std::string("\x80\0\0\0\xff\xff\xff\xff", 8)), prefix + "it ends too early");
  // The largest number, and one more.
  EXPECT_EQ(with(136, std::string("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12)),
            prefix + "it ends too early");
  EXPECT_EQ(with(136, std::string("\x80\0\0\1\0\0\0\0\0\0\0\0", 12)),
            prefix + "a number that is too large");
}

}  // namespace
}  // namespace glovebox::calls
