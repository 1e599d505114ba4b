// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <sstream>

#include "tests/unit/tools/verb_test.h"
#include "tools/virt-cat/cat_files.h"

namespace glovebox::tools {
namespace {

class VirtCat : public VerbTest {
 protected:
  VirtCat() {
    signal(SIGPIPE, SIG_IGN);
    guest_.answers["download"] = [this](proto::XdrReader& in, const LocalFile* sink) {
      const std::string file = in.string();
      if (file == "/nope")
        FakeCalls::fail("download: /nope: No such file or directory");
      FakeCalls::send(sink, "text of " + file + "\n");
      if (file == "/half")
        FakeCalls::fail("download: /half: Input/output error", 5);
      if (file == "/large")
        for (int i = 0; i < 100; ++i) FakeCalls::send(sink, std::string(1 << 20, 'x'));
      return FakeCalls::nothing();
    };
  }

  int run(const std::vector<std::string>& files) {
    return run_verb("virt-cat", [&](Output& out, Messages& messages) {
      return cat_files(guest_, files, out, messages);
    });
  }
};

TEST_F(VirtCat, SeveralFilesWithoutSeparators) {
  EXPECT_EQ(run({"/a", "/b"}), 0);
  EXPECT_EQ(stdout_, "text of /a\ntext of /b\n");
  EXPECT_EQ(stderr_, "");
}

TEST_F(VirtCat, AMissingFileIsReportedAndTheOthersArePrinted) {
  EXPECT_EQ(run({"/nope", "/a", "bin/a"}), 1);
  EXPECT_EQ(stdout_, "text of /a\n");
  EXPECT_EQ(stderr_,
            "virt-cat: download: /nope: No such file or directory\n"
            "virt-cat: bin/a: path must start with a / character\n");
}

TEST_F(VirtCat, HalfAFileIsNotPrinted) {
  EXPECT_EQ(run({"/half", "/a"}), 1);
  EXPECT_EQ(stdout_, "text of /a\n");
  EXPECT_EQ(stderr_, "virt-cat: download: /half: Input/output error\n");
}

TEST_F(VirtCat, ALargeFileComesThrough) {
  EXPECT_EQ(run({"/large"}), 0);
  EXPECT_EQ(stdout_.size(), 15u + (100u << 20));
}

TEST_F(VirtCat, AFullDiskEndsTheRun) {
  const base::UniqueFd full = base::open_file("/dev/full", O_WRONLY);
  std::ostringstream err;
  Messages messages("virt-cat", err);
  Output out(full.get());
  try {
    cat_files(guest_, {"/large", "/a"}, out, messages);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "standard output: No space left on device");
  }
  EXPECT_EQ(guest_.calls, std::vector<std::string>{"download"});
}

}  // namespace
}  // namespace glovebox::tools
