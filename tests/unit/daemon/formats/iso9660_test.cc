// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/iso9660.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

class IsoDescriptor : public testing::Test {
 protected:
  IsoDescriptor() {
    put(0, std::string_view("\x01"
                            "CD001\x01",
                            7));
    put(813, "2001020304050607");
  }
  void put(size_t at, std::string_view text) { bytes_.replace(at, text.size(), text); }

  std::string bytes_ = std::string(kIsoDescriptorBytes, '\0');
};

TEST_F(IsoDescriptor, TextsLoseTheBlanksAtTheirEnd) {
  put(40, "A NAME                          ");
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_id, "A NAME");
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_system_id, "");
}

TEST_F(IsoDescriptor, NumbersAreLittleEndian) {
  put(80, "\x01\x02\x03\xff");
  put(128, std::string_view("\x00\x08", 2));
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_space_size, 0xff030201);
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_logical_block_size, 2048U);
}

TEST_F(IsoDescriptor, TimesHaveZones) {
  constexpr int64_t kSeconds = 981173106;  // 2001-02-03 04:05:06
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_creation_t, kSeconds);
  put(829, "\x04");  // an hour east
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_creation_t, kSeconds - 3600);
  put(829, "\xfc");
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_creation_t, kSeconds + 3600);
}

TEST_F(IsoDescriptor, NoTimeIsMinusOne) {
  put(830, "0000000000000000");
  put(847, "20x1020304050607");
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_modification_t, -1);
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_expiration_t, -1);
  EXPECT_EQ(parse_iso_descriptor(bytes_).iso_volume_effective_t, -1);
}

TEST_F(IsoDescriptor, AnythingElseIsRefused) {
  EXPECT_THROW(parse_iso_descriptor(""), Error);
  EXPECT_THROW(parse_iso_descriptor(bytes_.substr(1)), Error);
  put(1, "CD002");
  EXPECT_THROW(parse_iso_descriptor(bytes_), Error);
}

}  // namespace
}  // namespace glovebox::guestd
