// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/files.h"

namespace glovebox::vm {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

class ConsoleTest : public testing::Test {
 protected:
  void print(const std::string& serial, const std::string& errors) {
    base::write_all(serial_.second.get(), serial, "serial");
    base::write_all(errors_.second.get(), errors, "errors");
    serial_.second.reset();
    errors_.second.reset();
    console_.wait_end(base::Deadline::after(std::chrono::seconds(10)));
    console_.drain();
  }

  base::SocketPair serial_ = base::make_socket_pair();
  base::SocketPair errors_ = base::make_socket_pair();
  std::vector<std::string> verbose_;
  Console console_{std::move(serial_.first), std::move(errors_.first),
                   [this](const std::string& line) { verbose_.push_back(line); }};
};

TEST_F(ConsoleTest, FirmwareAndRegistersAreForVerboseUsersOnly) {
  print("SeaBIOS (version 1.16.2-debian-1.16.2-1)\r\nBooting from ROM..\r\n",
        "KVM internal error. Suberror: 1\nextra data[0]: 0x0000000000000003\nemulation failure\n"
        "EAX=00000001 EBX=00000000\nES =0018 0000000000000000\nR8 =0000000000000000\n"
        "CR0=80050033\nEFER=0000000000000d01\nCode=f0 48 0f c7\n");
  EXPECT_EQ(console_.last_words(),
            "; qemu's last words: KVM internal error. Suberror: 1 / emulation failure");
  EXPECT_THAT(verbose_,
              IsSupersetOf({"SeaBIOS (version 1.16.2-debian-1.16.2-1)", "Booting from ROM..",
                            "EAX=00000001 EBX=00000000", "Code=f0 48 0f c7", "emulation failure"}));
}

TEST_F(ConsoleTest, WhatFollowsTheFirmwareOnItsLineIsKept) {
  print("Booting from ROM..guestd was killed\r\nBooting from ROM...\n", "");
  EXPECT_EQ(console_.last_words(), "; the appliance's last words: guestd was killed");
}

TEST_F(ConsoleTest, OnlyQemuPrintsRegistersAndOnlyAMachineHasFirmware) {
  print("CR0=1\n", "SeaBIOS (version 1)\n");
  EXPECT_THAT(console_.last_words(), testing::HasSubstr("CR0=1"));
  EXPECT_THAT(console_.last_words(), testing::HasSubstr("SeaBIOS (version 1)"));
}

TEST_F(ConsoleTest, OrdinaryLinesOfQemuAreKept) {
  print("", "qemu-system-x86_64: -accel kvm: a=b\nPATH=/usr/bin\nfailed: E=x\n");
  EXPECT_THAT(verbose_,
              ElementsAre("qemu-system-x86_64: -accel kvm: a=b", "PATH=/usr/bin", "failed: E=x"));
  EXPECT_EQ(console_.last_words(),
            "; qemu's last words: qemu-system-x86_64: -accel kvm: a=b / PATH=/usr/bin / "
            "failed: E=x");
}

TEST_F(ConsoleTest, LastWordsSayWhose) {
  base::write_all(serial_.second.get(), "panic\n", "serial");
  while (console_.bytes() < 6) std::this_thread::yield();
  print("", "qemu: gone\n");
  EXPECT_EQ(console_.last_words(),
            "; the appliance's last words: panic; qemu's last words: qemu: gone");
}

TEST_F(ConsoleTest, LastWordsAreCut) {
  print("", std::string(4000, 'x') + "\n");
  EXPECT_EQ(console_.last_words(), "; qemu's last words: " + std::string(400, 'x'));
}

TEST_F(ConsoleTest, EightLinesAreTheLastWords) {
  print("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "");
  EXPECT_EQ(console_.last_words(), "; the appliance's last words: 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9");
}

TEST_F(ConsoleTest, LongLinesAreCut) {
  print(std::string(4096, 'a') + "\n" + std::string(4097, 'b') + "\n", "");
  EXPECT_THAT(verbose_, ElementsAre(std::string(4096, 'a'), std::string(4096, 'b'), "b"));
}

TEST_F(ConsoleTest, TenThousandLinesWaitForVerboseUsers) {
  std::string lines;
  for (int i = 1; i <= 10001; ++i) lines += std::to_string(i) + "\n";
  print(lines, "");
  ASSERT_EQ(verbose_.size(), 10000u);
  EXPECT_EQ(verbose_.back(), "10000");
}

TEST_F(ConsoleTest, LinesOfTheTwoSourcesAreNotMixed) {
  base::write_all(serial_.second.get(), "kernel ", "serial");
  base::write_all(errors_.second.get(), "qemu ", "errors");
  print("line\n", "line\n");
  EXPECT_THAT(verbose_, testing::UnorderedElementsAre("kernel line", "qemu line"));
  EXPECT_EQ(console_.bytes(), 12u + 10u);
}

TEST_F(ConsoleTest, FourMebibytesWaitForVerboseUsers) {
  std::string lines;
  for (int i = 0; i < 1024; ++i) lines += std::string(4096, 'x') + "\n";
  print(lines + "y\n", "");
  ASSERT_EQ(verbose_.size(), 1024u);
  EXPECT_EQ(verbose_.back(), std::string(4096, 'x'));
  EXPECT_TRUE(console_.last_words().ends_with(" / y"));
}

}  // namespace
}  // namespace glovebox::vm
