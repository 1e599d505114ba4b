// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/template/appliance.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace glovebox::vm {
namespace {

class ApplianceTest : public testing::Test {
 protected:
  ApplianceTest() {
    for (const char* name : {"/kernel", "/initrd", "/root"})
      base::replace_file(dir_.path() + name, name);
    base::replace_file(dir_.path() + "/appliance.json", "{}");
    set_time(1'700'000'000, 123'456'789);
  }
  void set_time(time_t seconds, long nanoseconds) {
    const timespec times[2] = {{seconds, nanoseconds}, {seconds, nanoseconds}};
    ASSERT_EQ(utimensat(AT_FDCWD, (dir_.path() + "/root").c_str(), times, 0), 0);
  }
  std::string digest() { return find_appliance(dir_.path()).digest; }

  base::TempDir dir_;
};

// A layer of a container's image keeps whole seconds: a template baked into one has to be found.
TEST_F(ApplianceTest, StaysTheSameInALayerOfAnImage) {
  const std::string before = digest();
  set_time(1'700'000'000, 0);
  EXPECT_EQ(digest(), before);
}

TEST_F(ApplianceTest, IsAnotherAfterItWasBuiltAnew) {
  const std::string before = digest();
  set_time(1'700'000'001, 0);
  EXPECT_NE(digest(), before);
  set_time(1'700'000'000, 0);
  EXPECT_EQ(digest(), before);
  base::replace_file(dir_.path() + "/root", "another");
  set_time(1'700'000'000, 0);
  EXPECT_NE(digest(), before);
}

}  // namespace
}  // namespace glovebox::vm
