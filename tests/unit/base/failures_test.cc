// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/failures.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/message_of.h"

namespace glovebox::base {
namespace {

TEST(Failures, TheFirstIsNamedAndTheOthersCounted) {
  Failures failures;
  EXPECT_EQ(message_of([&] { failures.throw_if_any(); }), "no error");
  failures.add("/a\n", EIO);
  EXPECT_EQ(message_of([&] { failures.throw_if_any(); }), "/a\\x0a: Input/output error");
  failures.add("/b", EPERM);
  failures.add("/c", EPERM);
  EXPECT_EQ(message_of([&] { failures.throw_if_any(); }),
            "/a\\x0a: Input/output error (and 2 more)");
  EXPECT_EQ(failures.count(), 3u);
}

TEST(Failures, ALongPathLosesItsMiddle) {
  Failures failures;
  failures.add("/" + std::string(5000, 'a') + std::string(500, 'z'), EIO);
  EXPECT_EQ(message_of([&] { failures.throw_if_any(); }),
            "/" + std::string(499, 'a') + "..." + std::string(500, 'z') + ": Input/output error");
}

}  // namespace
}  // namespace glovebox::base
