// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/parsers/binary/pe_arch.h"

#include <gtest/gtest.h>

namespace glovebox::inspect {
namespace {

// A program whose COFF header is at this offset.
std::string program(uint32_t offset, uint16_t machine) {
  std::string head = "MZ";
  head.resize(0x3c);
  for (int shift = 0; shift < 32; shift += 8) head += static_cast<char>(offset >> shift);
  if (offset > head.size())
    head.resize(offset);
  return head.append("PE\0\0", 4) + static_cast<char>(machine) + static_cast<char>(machine >> 8);
}

TEST(PeArch, NamesMachinesAsLibguestfsDoes) {
  EXPECT_EQ(pe_arch(program(0x80, 0x14c)), "i386");
  EXPECT_EQ(pe_arch(program(0xf8, 0x8664)), "x86_64");
  EXPECT_EQ(pe_arch(program(0x40, 0xaa64)), "aarch64");
  EXPECT_EQ(pe_arch(program(0x80, 0x1c4)), "arm");
  EXPECT_EQ(pe_arch(program(0x80, 0x1234)), "");
}

TEST(PeArch, TheHeaderLiesInTheFirst4096Bytes) {
  EXPECT_EQ(pe_arch(program(4090, 0x14c)), "i386");
  EXPECT_EQ(pe_arch(program(4091, 0x14c)), "");
}

TEST(PeArch, OtherAndDamagedFilesHaveNone) {
  EXPECT_EQ(pe_arch(""), "");
  EXPECT_EQ(pe_arch("MZ"), "");
  EXPECT_EQ(pe_arch(program(0x80, 0x14c).substr(0, 0x85)), "");
  std::string other = program(0x80, 0x14c);
  other[0x81] = 'F';
  EXPECT_EQ(pe_arch(other), "");
  other = program(0x80, 0x14c);
  for (const size_t at : {0x3c, 0x3d, 0x3e, 0x3f}) other[at] = '\xff';
  EXPECT_EQ(pe_arch(other), "");
}

}  // namespace
}  // namespace glovebox::inspect
