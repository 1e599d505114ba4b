// SPDX-License-Identifier: GPL-2.0-or-later
#include "disk/formats/format.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace glovebox::disk {
namespace {

Format of(const std::string& bytes) {
  return recognise(std::as_bytes(std::span(bytes)));
}

TEST(Format, RecognisesByMagic) {
  using std::string_literals::operator""s;
  EXPECT_EQ(of("QFI\xfb\0\0\0\3"s), Format::Qcow2);
  EXPECT_EQ(of("QFI\xfb\0\0\0\1"s), Format::Qcow1);
  EXPECT_EQ(of("QFI\xfb\0\0\1\1"s), Format::Qcow2);  // so that its version can be refused by number
  EXPECT_EQ(of("QED\0"s), Format::Qed);
  EXPECT_EQ(of("KDMV\1"), Format::Vmdk);
  EXPECT_EQ(of("# Disk DescriptorFile\nversion=1\n"), Format::Vmdk);
  EXPECT_EQ(of(std::string(64, ' ') + "\x7f\x10\xda\xbe"), Format::Vdi);
  EXPECT_EQ(of("conectix"), Format::Vhd);
  EXPECT_EQ(of("vhdxfile"), Format::Vhdx);
  EXPECT_EQ(of("WithoutFreeSpace"), Format::Parallels);
  EXPECT_EQ(of("LUKS\xba\xbe\0\1"s), Format::Luks);
  EXPECT_EQ(of("Bochs Virtual HD Image"), Format::Bochs);
}

TEST(Format, AnythingElseIsRaw) {
  EXPECT_EQ(of(""), Format::Raw);
  EXPECT_EQ(of("QFI\xfb"), Format::Raw);  // too short to have a version
  EXPECT_EQ(of("conecti"), Format::Raw);
  EXPECT_EQ(of(std::string(512, '\0')), Format::Raw);
}

TEST(Format, NamesGoBothWays) {
  for (const char* name :
       {"raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vpc", "vhdx", "parallels", "luks", "bochs"})
    EXPECT_EQ(format_name(parse_format(name)), name);
  EXPECT_EQ(parse_format("host_device"), Format::Raw);
  EXPECT_THROW(parse_format("qcow3"), Error);
}

}  // namespace
}  // namespace glovebox::disk
