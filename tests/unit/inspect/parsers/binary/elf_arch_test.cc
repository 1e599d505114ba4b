// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/binary/elf_arch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace glovebox::inspect {
namespace {

using std::literals::operator""s;

std::string elf(char bits, char order, int machine) {
  std::string head =
      "\x7f"s
      "ELF" +
      bits + order;
  head.resize(18);
  const char low = static_cast<char>(machine), high = static_cast<char>(machine >> 8);
  return head + (order == 1 ? ""s + low + high : ""s + high + low);
}

TEST(ElfArch, NamesMachinesAsLibguestfsDoes) {
  EXPECT_EQ(elf_arch(elf(2, 1, 62)), "x86_64");
  EXPECT_EQ(elf_arch(elf(1, 1, 3)), "i386");
  EXPECT_EQ(elf_arch(elf(2, 1, 183)), "aarch64");
  EXPECT_EQ(elf_arch(elf(2, 1, 21)), "ppc64le");
  EXPECT_EQ(elf_arch(elf(2, 2, 21)), "ppc64");
  EXPECT_EQ(elf_arch(elf(2, 1, 243)), "riscv64");
  EXPECT_EQ(elf_arch(elf(2, 2, 22)), "s390x");
  EXPECT_EQ(elf_arch(elf(2, 1, 258)), "loongarch64");
  EXPECT_EQ(elf_arch(elf(2, 1, 9999)), "");
  EXPECT_EQ(elf_arch("#!/bin/sh and some more text"), "");
  EXPECT_EQ(elf_arch(elf(2, 1, 62).substr(0, 19)), "");
}

}  // namespace
}  // namespace glovebox::inspect
