// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/qemu/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace glovebox::vm;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

namespace {

const Machine kMachine{.qemu = "/usr/bin/qemu-system-x86_64",
                       .accel = Accel::Tcg,
                       .memory_mib = 512,
                       .cpus = 1,
                       .kernel = "/proc/self/fd/16",
                       .initrd = "/proc/self/fd/17",
                       .append = {},
                       .network = false,
                       .verbose = false};

}  // namespace

TEST(Machine, ACloneIsTheSameMachineAsItsTemplate) {
  const SharedRam shared{"/proc/self/fd/15"};
  const PrivateRam private_ram{"/proc/self/fd/15", false};
  Launch made{.channels = {12, 13, 14}, .fds = {}, .blockdevs = {}, .shared_ram = &shared};
  Launch cloned{.channels = {12, 13, 14},
                .fds = {},
                .blockdevs = {},
                .private_ram = &private_ram,
                .incoming = true};
  auto a = qemu_command(kMachine, made);
  auto b = qemu_command(kMachine, cloned);
  EXPECT_THAT(a,
              Contains("memory-backend-file,id=ram,size=512M,share=on,mem-path=/proc/self/fd/15"));
  EXPECT_THAT(b,
              Contains("memory-backend-file,id=ram,size=512M,share=off,mem-path=/proc/self/fd/15"));
  b.resize(b.size() - 2);  // -incoming defer
  const auto shape = machine_arguments(kMachine);
  EXPECT_TRUE(std::equal(shape.rbegin(), shape.rend(), a.rbegin()));
  EXPECT_TRUE(std::equal(shape.rbegin(), shape.rend(), b.rbegin()));
}

TEST(Machine, NewerQemuMapsTheRamReadOnlyItself) {
  const PrivateRam private_ram{"/proc/self/fd/15", true};
  const Launch launch{.channels = {}, .fds = {}, .blockdevs = {}, .private_ram = &private_ram};
  EXPECT_THAT(qemu_command(kMachine, launch),
              Contains("memory-backend-file,id=ram,size=512M,share=off,readonly=on,rom=off,mem-"
                       "path=/proc/self/fd/15"));
}

TEST(Machine, AnEmulatedClockDoesNotDependOnTheHosts) {
  EXPECT_THAT(machine_arguments(kMachine), Contains(HasSubstr(" clocksource=acpi_pm ")));
  Machine kvm = kMachine;
  kvm.accel = Accel::Kvm;
  EXPECT_THAT(machine_arguments(kvm), Not(Contains(HasSubstr("clocksource"))));
}

TEST(Machine, HasNoNetworkUnlessAsked) {
  EXPECT_THAT(machine_arguments(kMachine), Not(Contains(HasSubstr("virtio-net"))));
  Machine with = kMachine;
  with.network = true;
  EXPECT_THAT(machine_arguments(with),
              Contains("virtio-net-pci,netdev=net0,mac=52:56:00:00:00:02"));
  const Launch launch{.channels = {12, 13, 14, 15}, .fds = {}, .blockdevs = {}};
  EXPECT_THAT(qemu_command(with, launch), Contains("socket,id=net0,fd=15"));
  EXPECT_THAT(qemu_command(kMachine, launch), Not(Contains("-netdev")));
}

TEST(Machine, DoublesCommasInOptionValues) {
  EXPECT_EQ(escape_option("/tmp/a,b,,c"), "/tmp/a,,b,,,,c");
}
