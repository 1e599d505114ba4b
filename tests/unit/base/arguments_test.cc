// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace glovebox::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Arguments, KeepsTheOrder) {
  const std::vector<std::string> more = {"b", "c"};
  EXPECT_THAT(Arguments{"a"}.add_all(more).add("d", std::string("e")).words(),
              ElementsAre("a", "b", "c", "d", "e"));
}

TEST(Arguments, AddsAnOptionThatHasAValue) {
  EXPECT_THAT(Arguments().add_option("-L", std::optional<std::string>("root")).words(),
              ElementsAre("-L", "root"));
  EXPECT_THAT(Arguments().add_option("-L", std::optional<std::string>("")).words(),
              ElementsAre("-L", ""));
  EXPECT_THAT(Arguments().add_option("-b", std::optional<int64_t>(-4096)).words(),
              ElementsAre("-b", "-4096"));
  EXPECT_THAT(Arguments().add_option("-b", std::optional<int64_t>()).words(), IsEmpty());
}

TEST(Arguments, AddsWhatWasAskedFor) {
  EXPECT_THAT(Arguments().add_if(true, "-o", "force").words(), ElementsAre("-o", "force"));
  EXPECT_THAT(Arguments().add_if(false, "-o", "force").words(), IsEmpty());
  EXPECT_THAT(Arguments().add_if(std::nullopt, "-o").words(), IsEmpty());
}

TEST(Arguments, IsAVectorWhereOneIsTaken) {
  const std::vector<std::string> argv = Arguments{"cp", "--"};
  EXPECT_THAT(argv, ElementsAre("cp", "--"));
}

}  // namespace
}  // namespace glovebox::base
