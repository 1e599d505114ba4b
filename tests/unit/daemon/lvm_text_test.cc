// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/lvm_text.h"

#include <gtest/gtest.h>

#include "base/error.h"

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

TEST(LvmText, CapsItsDepth) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "a{";
  EXPECT_THROW(parse_lvm_text(text), Error);
}

}  // namespace
}  // namespace glovebox::guestd
