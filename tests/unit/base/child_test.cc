// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"

using namespace glovebox;
using namespace glovebox::base;

TEST(Run, CollectsBothStreamsAndTheStatus) {
  const auto r = run({.argv = {"sh", "-c", "cat; echo oops >&2; exit 3"}, .stdin_text = "hello"});
  EXPECT_EQ(r.stdout_text, "hello");
  EXPECT_EQ(r.stderr_text, "oops\n");
  EXPECT_EQ(r.exit.text(), "exited with status 3");
}

TEST(Run, OkThrowsWithTheLastLineOfStderr) {
  try {
    run_ok({.argv = {"sh", "-c", "echo first >&2; echo last >&2; exit 1"}});
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "sh: last");
  }
}

TEST(Run, FeedsMoreThanAPipeHolds) {
  const std::string big(1 << 20, 'x');
  EXPECT_EQ(run({.argv = {"cat"}, .stdin_text = big}).stdout_text, big);
}

TEST(Run, KillsAtTheDeadline) {
  const auto start = Deadline::Clock::now();
  EXPECT_THROW(run({.argv = {"sleep", "60"}, .timeout = std::chrono::milliseconds(50)}), Error);
  EXPECT_LT(Deadline::Clock::now() - start, std::chrono::seconds(10));
}

TEST(Run, SaysWhichProgramIsMissing) {
  try {
    run({.argv = {"/no/such/program"}});
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "/no/such/program: No such file or directory");
  }
}

TEST(Child, DestructorKills) {
  pid_t pid;
  {
    const Child child =
        Child::spawn({.argv = {"sleep", "60"}, .extra_environment = {}, .descriptors = {}});
    pid = child.pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST(Child, SwapsDescriptorsThatCollide) {
  const Pipe a = make_pipe(), b = make_pipe();
  Child child = Child::spawn({.argv = {"sh", "-c", "echo one >&8; echo two >&9"},
                              .extra_environment = {},
                              .descriptors = {{a.write_end.get(), 8}, {b.write_end.get(), 9}}});
  char text[4];
  ASSERT_EQ(read(a.read_end.get(), text, 4), 4);
  EXPECT_EQ(std::string(text, 4), "one\n");
  ASSERT_EQ(read(b.read_end.get(), text, 4), 4);
  EXPECT_EQ(std::string(text, 4), "two\n");
}
