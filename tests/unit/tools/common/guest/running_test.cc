// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/running.h"

#include <gtest/gtest.h>

#include <string>

#include "glovebox/error.h"

namespace glovebox::tools {
namespace {

// What happened, one letter each: t(hrow), p(ast) for a look, n(ew) for a start.
std::string story(int good_from, Errc code = Errc::Remote) {
  std::string story;
  int look = 0;
  try {
    look_at_running(
        [&](Damage damage) {
          story += damage == Damage::Throw ? "t" : "p";
          if (++look < good_from)
            throw Error(code, "damage");
        },
        [&] { story += "n"; });
  } catch (const Error&) {
    story += "!";
  }
  return story;
}

TEST(Running, LooksAgainUntilThereIsNoDamage) {
  EXPECT_EQ(story(1), "t");
  EXPECT_EQ(story(2), "tnt");
  EXPECT_EQ(story(3), "tntnp");
  EXPECT_EQ(story(2, Errc::Corrupt), "tnt");
}

TEST(Running, TheLastTryTellsWhatIsWrong) {
  EXPECT_EQ(story(4), "tntnp!");
}

TEST(Running, WhatIsNoDamageEndsItAtOnce) {
  EXPECT_EQ(story(2, Errc::Usage), "t!");
  EXPECT_EQ(story(2, Errc::Cancelled), "t!");
  EXPECT_EQ(story(2, Errc::Died), "t!");
}

}  // namespace
}  // namespace glovebox::tools
