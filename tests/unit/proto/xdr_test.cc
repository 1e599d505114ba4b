// SPDX-License-Identifier: GPL-2.0-or-later
#include "proto/xdr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "proto/coders.h"

namespace glovebox::proto {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using namespace std::string_literals;
using namespace std::string_view_literals;

template <typename Action>
std::string corruption(Action&& action) {
  try {
    action();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Corrupt);
    return e.what();
  }
  return "no error";
}

// Bytes written out by hand from RFC 4506, so that writer and reader cannot share a mistake.
TEST(XdrWriter, WritesBigEndianWords) {
  XdrWriter out;
  out.int32(-2);
  out.uint64(0x0102030405060708);
  out.boolean(true);
  out.float32(1.0f);
  out.character('\xff');
  EXPECT_EQ(out.bytes(), "\xff\xff\xff\xfe\1\2\3\4\5\6\7\x08\0\0\0\1\x3f\x80\0\0\0\0\0\xff"s);
}

TEST(XdrWriter, PadsTextsWithZeroes) {
  XdrWriter out;
  out.string("abcde");
  out.opaque("\0x"sv);
  out.string("");
  out.fixed_opaque("1234567", 7);
  EXPECT_EQ(out.bytes(),
            "\0\0\0\5abcde\0\0\0\0\0\0\2\0x\0\0\0\0\0\0"
            "1234567\0"s);
}

TEST(XdrWriter, RefusesTextsThatDoNotFitTheirType) {
  XdrWriter out;
  EXPECT_THROW(out.string("a\0b"sv), Error);
  EXPECT_THROW(out.fixed_opaque("123", 4), Error);
}

TEST(XdrReader, ReadsWhatTheRfcSays) {
  XdrReader in(
      "\xff\xff\xff\xfe\1\2\3\4\5\6\7\x08\0\0\0\1\0\0\0\3abc\0\0\0\0\2\0\0\0\1k\0\0\0\0\0\0\1v\0\0\0"sv);
  EXPECT_EQ(in.int32(), -2);
  EXPECT_EQ(in.int64(), 0x0102030405060708);
  EXPECT_TRUE(in.boolean());
  EXPECT_EQ(in.string(), "abc");
  EXPECT_THAT(in.pairs(), ElementsAre(Pair("k", "v")));
  EXPECT_TRUE(in.at_end());
  in.finish();
}

TEST(XdrReader, ReadsListsOfTexts) {
  XdrReader in("\0\0\0\2\0\0\0\1a\0\0\0\0\0\0\0"sv);
  EXPECT_THAT(in.strings(), ElementsAre("a", ""));
}

struct Damage {
  const char* name;
  std::string bytes;
  void (*read)(XdrReader&);
  const char* message;
};

class XdrDamage : public testing::TestWithParam<Damage> {};

TEST_P(XdrDamage, IsCorrupt) {
  const std::string message = corruption([&] {
    XdrReader in(GetParam().bytes);
    GetParam().read(in);
    in.finish();
  });
  EXPECT_EQ(message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    XdrDamage,
    testing::Values(Damage{"ShortWord", "\0\0\0"s, [](XdrReader& in) { in.uint32(); },
                           "data ends 1 bytes too early at offset 0"},
                    Damage{"ShortLong", "\0\0\0\0\0"s, [](XdrReader& in) { in.uint64(); },
                           "data ends 3 bytes too early at offset 4"},
                    Damage{"HugeLength", "\xff\xff\xff\xff"s, [](XdrReader& in) { in.string(); },
                           "data ends 4294967295 bytes too early at offset 4"},
                    Damage{"LengthPastCap", "\0\0\0\x09"s, [](XdrReader& in) { in.string(8); },
                           "length 9 where at most 8 are allowed at offset 4"},
                    Damage{"MissingPadding", "\0\0\0\1a"s, [](XdrReader& in) { in.string(); },
                           "data ends 3 bytes too early at offset 5"},
                    Damage{"DirtyPadding", "\0\0\0\1abcd"s, [](XdrReader& in) { in.opaque(); },
                           "padding that is not zero at offset 8"},
                    Damage{"ZeroInText", "\0\0\0\3a\0b\0"s, [](XdrReader& in) { in.string(); },
                           "text with a zero byte at offset 8"},
                    Damage{"Boolean2", "\0\0\0\2"s, [](XdrReader& in) { in.boolean(); },
                           "truth value 2 at offset 4"},
                    Damage{"Character256", "\0\0\1\0"s, [](XdrReader& in) { in.character(); },
                           "character 256 at offset 4"},
                    Damage{"CountTooLarge", "\0\0\0\3\0\0\0\0\0\0\0\0"s,
                           [](XdrReader& in) { in.strings(); },
                           "count 3 with 8 bytes left at offset 4"},
                    Damage{"OddHashtable", "\0\0\0\1\0\0\0\0"s, [](XdrReader& in) { in.pairs(); },
                           "hashtable of 1 strings at offset 4"},
                    Damage{"StructListTooLong", "\0\0\0\1\0\0\0\0"s,
                           [](XdrReader& in) { read_list<StatNs>(in); },
                           "count 1 with 4 bytes left at offset 4"},
                    Damage{"Trailing", "\0\0\0\0\0"s, [](XdrReader& in) { in.uint32(); },
                           "1 bytes too many at offset 4"}),
    [](const auto& test) { return test.param.name; });

TEST(Coders, LeastWireSizesAreThoseOfEmptyStructs) {
  const auto size_of = [](auto value) {
    XdrWriter out;
    write(out, value);
    return out.size();
  };
  EXPECT_EQ(size_of(StatNs{}), kLeastWireSize<StatNs>);
  EXPECT_EQ(size_of(Xattr{}), kLeastWireSize<Xattr>);
  EXPECT_EQ(size_of(Dirent{}), kLeastWireSize<Dirent>);
  EXPECT_EQ(size_of(Application2{}), kLeastWireSize<Application2>);
  EXPECT_EQ(size_of(LvmLv{.lv_uuid = std::string(32, 'x')}), kLeastWireSize<LvmLv>);
}

}  // namespace
}  // namespace glovebox::proto
