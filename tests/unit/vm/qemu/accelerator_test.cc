// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/accelerator.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/unit/message_of.h"

namespace glovebox::vm {
namespace {

class AcceleratorTest : public testing::Test {
 protected:
  AcceleratorChoice choose(const std::vector<std::string>& settings,
                           const std::string& no_kvm = {}) {
    return choose_accelerator(settings, verdicts_, no_kvm);
  }
  base::TempDir dir_;
  KvmVerdictStore verdicts_{dir_.path() + "/cache", "qemu"};
};

TEST_F(AcceleratorTest, AKvmThatOpensIsTriedOnce) {
  EXPECT_EQ(choose({}).accel, Accel::Kvm);
  EXPECT_TRUE(choose({}).trial);
  verdicts_.remember(true, "boots in 1.0 s");
  EXPECT_EQ(choose({}).accel, Accel::Kvm);
  EXPECT_FALSE(choose({}).trial);
  EXPECT_EQ(choose({}).reason, "boots in 1.0 s");
}

TEST_F(AcceleratorTest, AKvmThatFailedIsNotUsed) {
  verdicts_.remember(false, "internal error");
  const AcceleratorChoice choice = choose({});
  EXPECT_EQ(choice.accel, Accel::Tcg);
  EXPECT_EQ(choice.reason, "internal error");
  EXPECT_NE(choice.checked, "");
  EXPECT_FALSE(choice.lost);
}

TEST_F(AcceleratorTest, AHostWithoutKvmIsNotAskedTwice) {
  const AcceleratorChoice choice = choose({}, "/dev/kvm: No such file or directory");
  EXPECT_EQ(choice.accel, Accel::Tcg);
  EXPECT_EQ(choice.reason, "/dev/kvm: No such file or directory");
  EXPECT_FALSE(choice.lost);
}

TEST_F(AcceleratorTest, AKvmThatWorkedAndCannotBeOpenedIsLost) {
  verdicts_.remember(true, "boots in 1.0 s");
  EXPECT_TRUE(choose({}, "no permission").lost);
}

TEST_F(AcceleratorTest, SettingsForceOneOrTheOther) {
  verdicts_.remember(true, "boots in 1.0 s");
  EXPECT_EQ(choose({"force_tcg"}).reason, "force_tcg is set");
  EXPECT_EQ(choose({"force_kvm=1"}).accel, Accel::Kvm);
  EXPECT_EQ(message_of([&] {
              choose({"force_kvm", "force_tcg"});
            }),
            "force_tcg and force_kvm cannot both be set in the backend settings");
  EXPECT_EQ(
      message_of([&] { choose({"force_kvm"}, "/dev/kvm: No such file or directory"); }),
      "force_kvm is set, but KVM cannot be used: /dev/kvm: No such file or directory; without "
      "force_kvm emulation is used");
}

}  // namespace
}  // namespace glovebox::vm
