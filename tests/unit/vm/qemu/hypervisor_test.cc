// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/hypervisor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace glovebox::vm {
namespace {

class HypervisorTest : public testing::Test {
 protected:
  // What stands for a qemu of these contents and this time in a template's key.
  std::string stamp(const std::string& contents, time_t seconds, long nanoseconds) {
    const std::string path = directory_.path() + "/qemu";
    base::replace_file(path, contents, 0755);  // a file of its own each time
    const timespec time{seconds, nanoseconds}, times[] = {time, time};
    EXPECT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    return find_hypervisor(path).stamp;
  }

  base::TempDir directory_;
};

// Each container of an image has the file under other numbers, and its time without the fraction.
TEST_F(HypervisorTest, TheStampIsTheSameInEachContainerOfAnImage) {
  EXPECT_EQ(stamp("qemu", 1700000000, 250), stamp("qemu", 1700000000, 0));
}

TEST_F(HypervisorTest, TheStampChangesWithAnUpgrade) {
  EXPECT_NE(stamp("qemu", 1700000000, 0), stamp("qemu", 1700000001, 0));
  EXPECT_NE(stamp("qemu", 1700000000, 0), stamp("qemu, later", 1700000000, 0));
}

}  // namespace
}  // namespace glovebox::vm
