// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/cat.h"
#include "base/escape.h"

using namespace glovebox;
using namespace glovebox::base;

TEST(Error, GrowsOutward) {
  try {
    with_context("disk.img",
                 [] { with_context("/dev/sda2", [] { throw_errno("mount", EINVAL); }); });
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "disk.img: /dev/sda2: mount: Invalid argument");
    EXPECT_EQ(e.errnum(), EINVAL);
    EXPECT_EQ(e.code(), Errc::System);
  }
}

TEST(Error, TellsTheLimitOnOpenFiles) {
  try {
    throw_errno("socketpair", EMFILE);
    FAIL();
  } catch (const Error& e) {
    EXPECT_THAT(std::string(e.what()),
                testing::MatchesRegex("socketpair: Too many open files \\(this process may have "
                                      "[0-9]+; raise that with 'ulimit -n'\\)"));
  }
}

// In a process of its own: the limit stays.
TEST(Error, TellsTheLimitOnTheSizeOfFiles) {
  const auto limited = [] {
    const rlimit limit{.rlim_cur = 3 << 10, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      throw_errno("layer", EFBIG);
    } catch (const Error& e) {
      dprintf(STDERR_FILENO, "%s\n", e.what());
    }
    _exit(0);
  };
  EXPECT_EXIT(limited(), testing::ExitedWithCode(0),
              "^layer: File too large \\(this process may write files of 3 KiB; raise that with "
              "'ulimit -f'\\)\n$");
}

TEST(Error, TellsTheLimitOnProcessesOfWhatCannotBeStarted) {
  try {
    throw_start_errno("/bin/true", EAGAIN);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.errnum(), EAGAIN);
    EXPECT_EQ(e.what(), "/bin/true: Resource temporarily unavailable" + start_advice());
    EXPECT_THAT(start_advice(),
                testing::MatchesRegex(" \\((this user may have [0-9]+ processes and threads; raise "
                                      "that with 'ulimit -u', or|raise) what the control group may "
                                      "have\\)"));
  }
  try {
    throw_start_errno("/bin/nothing", ENOENT);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "/bin/nothing: No such file or directory");
  }
}

TEST(Cat, JoinsAndSplits) {
  EXPECT_EQ(cat("sector ", 63, ' ', 'x'), "sector 63 x");
  EXPECT_EQ(split("a::b", ':'), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ':'), std::vector<std::string>{""});
  EXPECT_EQ(trim(" \ta b\n"), "a b");
}

TEST(Cat, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(escape("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(escape("\x1b[31m\n\x7f"), "\\x1b[31m\\x0a\\x7f");
  EXPECT_EQ(escape("\xff\xc2\x9b"), "\\xff\\xc2\\x9b");
  EXPECT_EQ(escape("a\u202Eb\U000E0041c\u2029\uFEFF\u00AD"),
            "a\\xe2\\x80\\xaeb\\xf3\\xa0\\x81\\x81c\\xe2\\x80\\xa9\\xef\\xbb\\xbf\\xc2\\xad");
  EXPECT_EQ(escape("\u00e4\u0627\u2013\u20ac\U0001F600"), "\u00e4\u0627\u2013\u20ac\U0001F600");
  EXPECT_EQ(escape_controls("\u202E\x1b"), "\u202E\\x1b");
  EXPECT_FALSE(is_utf8("\xc0\xaf")) << "overlong";
  EXPECT_FALSE(is_utf8("\xed\xa0\x80")) << "surrogate";
  EXPECT_TRUE(is_utf8("\xf0\x9f\x92\xbe"));
}
