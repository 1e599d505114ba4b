// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/lvm_text.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

TEST(LvmText, ReadsValuesListsAndSections) {
  const LvmSection top = parse_lvm_text(R"(
    a = 5 # five
    b = "x \"y\""
    c = [1, "two"]
    d { e { f = -1 } }
  )");
  EXPECT_EQ(top.number("a"), 5);
  EXPECT_EQ(top.text("b"), "x \"y\"");
  EXPECT_EQ(top.texts("c"), std::vector<std::string>{"two"});
  EXPECT_EQ(top.section("d").section("e").number("f"), -1);
}

TEST(LvmText, SaysWhatIsMissing) {
  const LvmSection top = parse_lvm_text("a = 5");
  EXPECT_THROW(top.text("a"), Error);
  EXPECT_THROW(top.number("b"), Error);
  EXPECT_THROW(top.section("a"), Error);
}

TEST(LvmText, RefusesWhatIsNotTheGrammar) {
  for (const char* text : {"{", "}", "a", "a =", "a = [", "a = \"x", "a { ", "a = [1 2]", "= 5",
                           "a = b", "a = 99999999999999999999"})
    EXPECT_THROW(parse_lvm_text(text), Error) << text;
}

std::string refusal(const std::string& text) {
  return message_of([&] { parse_lvm_text(text); });
}

TEST(LvmText, CapsItsDepth) {
  const auto nested = [](size_t depth) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += "a{";
    return text + std::string(depth, '}');
  };
  EXPECT_EQ(refusal(nested(8)), "no error");
  EXPECT_EQ(refusal(nested(9)), "LVM metadata, line 1: sections nested too deep");
  EXPECT_EQ(refusal(nested(100000)), "LVM metadata, line 1: sections nested too deep");
}

TEST(LvmText, CapsItsItems) {
  std::string most;
  for (size_t i = 0; i < (1 << 18) / 2 - 1; ++i) most += "a=1 ";  // two items each
  EXPECT_EQ(refusal(most + "b{}c{}"), "no error");
  EXPECT_EQ(refusal(most + "b{}c{}d{}"), "LVM metadata, line 1: too many sections");
  EXPECT_EQ(refusal(most + "b=[1]"), "no error");
  EXPECT_EQ(refusal(most + "b=[1,2]"), "LVM metadata, line 1: too many values");
}

}  // namespace
}  // namespace glovebox::guestd
