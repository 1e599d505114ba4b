// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/files.h"
#include "base/unique_fd.h"
#include "glovebox/error.h"

namespace glovebox::tools {
namespace {

class OutputTest : public testing::Test {
 protected:
  std::string written() { return base::read_file(path_, 1 << 20); }
  base::TempDir dir_;
  std::string path_ = dir_.path() + "/out";
  base::UniqueFd fd_ = base::open_file(path_, O_WRONLY | O_CREAT);
};

TEST_F(OutputTest, ARecordAppearsWholeOrNotAtAll) {
  Output out(fd_.get());
  out.append("one");
  EXPECT_EQ(written(), "");
  out.commit();
  EXPECT_EQ(written(), "one");
  out.append("two");
  out.discard();
  out.append("three");
  out.commit();
  out.finish();
  EXPECT_EQ(written(), "onethree");
}

TEST_F(OutputTest, DiscardsBackToAMark) {
  Output out(fd_.get());
  out.append("one");
  out.commit();
  out.append("[");
  const uint64_t mark = out.mark();
  out.append("lost");
  out.discard_since(mark);
  out.append("]");
  out.commit();
  EXPECT_EQ(written(), "one[]");
}

TEST_F(OutputTest, ALargeRecordIsWrittenAsItComes) {
  Output out(fd_.get(), "out", 4);
  out.append("1234");
  EXPECT_EQ(written(), "");
  const uint64_t mark = out.mark();
  out.append("5");
  EXPECT_EQ(written(), "12345");
  out.append("6");
  out.discard_since(mark);
  EXPECT_NE(out.mark(), mark);  // what was written cannot be taken back
  out.commit();
  EXPECT_EQ(written(), "12345");
}

TEST(Output, AFullDiskIsAnErrorOnce) {
  const base::UniqueFd full = base::open_file("/dev/full", O_WRONLY);
  Output out(full.get());
  out.append("text");
  try {
    out.commit();
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "standard output: No space left on device");
  }
  EXPECT_NO_THROW(out.finish());
}

TEST(Output, AClosedPipeIsAnError) {
  signal(SIGPIPE, SIG_IGN);
  base::Pipe pipe = base::make_pipe();
  pipe.read_end.reset();
  Output out(pipe.write_end.get());
  out.append("text");
  try {
    out.commit();
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "standard output: Broken pipe");
  }
}

}  // namespace
}  // namespace glovebox::tools
