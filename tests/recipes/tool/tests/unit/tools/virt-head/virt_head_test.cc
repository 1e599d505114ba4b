// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/message_of.h"
#include "tests/unit/tools/fake_calls.h"
#include "tools/virt-head/head_files.h"

namespace glovebox::tools {
namespace {

class VirtHead : public testing::Test {
 protected:
  VirtHead() {
    guest_.answers["head_n"] = [](proto::XdrReader& in, const LocalFile*) {
      const int32_t lines = in.int32();
      const std::string file = in.string();
      if (file == "/nope")
        FakeCalls::fail("head_n: /nope: No such file or directory");
      if (file == "/gone")
        throw Error(Errc::Died, "the appliance is gone");
      proto::XdrWriter out;
      out.strings(std::vector<std::string>(static_cast<size_t>(lines), file));
      return std::move(out).take();
    };
  }

  int run(const std::vector<std::string>& files) {
    const base::UniqueFd fd = base::make_memfd("out");
    std::ostringstream err;
    Messages messages("virt-head", err);
    Output out(fd.get());
    const int status = head_files(guest_, files, 2, out, messages);
    lseek(fd.get(), 0, SEEK_SET);
    stdout_ = base::read_all(fd.get(), 1 << 20, "out");
    stderr_ = err.str();
    return status;
  }

  FakeCalls guest_;
  std::string stdout_, stderr_;
};

TEST_F(VirtHead, PrintsTheFirstLinesOfEachFile) {
  EXPECT_EQ(run({"/a", "/b"}), 0);
  EXPECT_EQ(stdout_, "/a\n/a\n/b\n/b\n");
  EXPECT_EQ(stderr_, "");
}

TEST_F(VirtHead, AMissingFileIsToldAndTheOthersArePrinted) {
  EXPECT_EQ(run({"/nope", "a", "/a"}), 1);
  EXPECT_EQ(stdout_, "/a\n/a\n");
  EXPECT_EQ(stderr_,
            "virt-head: head_n: /nope: No such file or directory\n"
            "virt-head: a: path must start with a / character\n");
}

TEST_F(VirtHead, ALostGuestEndsTheRun) {
  EXPECT_EQ(message_of([&] { run({"/gone", "/a"}); }), "the appliance is gone");
  EXPECT_EQ(guest_.calls.size(), 1u);
}

TEST(VirtHeadLines, AreANumberInBounds) {
  EXPECT_EQ(parse_lines("1"), 1);
  EXPECT_EQ(parse_lines("10000"), 10000);
  for (const char* text : {"0", "10001", "-1", "", "1x", "99999999999"})
    EXPECT_EQ(message_of([&] { parse_lines(text); }),
              std::string("--lines=") + text + ": expecting a number from 1 to 10000");
}

}  // namespace
}  // namespace glovebox::tools
