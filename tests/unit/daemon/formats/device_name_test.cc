// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/device_name.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

TEST(DriveName, CountsInLetters) {
  EXPECT_EQ(drive_name(0), "/dev/sda");
  EXPECT_EQ(drive_name(25), "/dev/sdz");
  EXPECT_EQ(drive_name(26), "/dev/sdaa");
  EXPECT_EQ(drive_name(254), "/dev/sdiu");
}

TEST(DriveName, RoundTripsForEveryDrive) {
  for (uint32_t drive = 0; drive < kMaxDrives; ++drive) {
    EXPECT_EQ(parse_drive_name(drive_name(drive)), (DriveName{drive, 0}));
    EXPECT_EQ(parse_drive_name(to_string({drive, 7})), (DriveName{drive, 7}));
  }
}

TEST(DriveName, TranslatesOtherDrivers) {
  EXPECT_EQ(parse_drive_name("/dev/hda1"), (DriveName{0, 1}));
  EXPECT_EQ(parse_drive_name("/dev/vdb"), (DriveName{1, 0}));
}

TEST(DriveName, HasLimits) {
  EXPECT_EQ(parse_drive_name("/dev/sda1048576"), (DriveName{0, 1048576}));
  EXPECT_FALSE(parse_drive_name("/dev/sda1048577"));
  EXPECT_EQ(parse_drive_name("/dev/sdzzz"), (DriveName{26 + 26 * 26 + 26 * 26 * 26 - 1, 0}));
  EXPECT_FALSE(parse_drive_name("/dev/sdaaaa"));
}

TEST(DriveName, RefusesWhatIsNone) {
  for (const char* name :
       {"", "/dev/", "/dev/sd", "/dev/sda0", "/dev/sda01", "/dev/sda1x", "/dev/sdA", "/dev/sdaaaa",
        "/dev/xda", "/dev/vg0/root", "sda", "/dev/sda99999999999", "/dev/sd1"})
    EXPECT_FALSE(parse_drive_name(name)) << name;
}

TEST(Mountable, SplitsSubvolumesFromEveryKindOfDevice) {
  EXPECT_EQ(parse_mountable("/dev/sda1"), (Mountable{"/dev/sda1"}));
  EXPECT_EQ(parse_mountable("btrfsvol:/dev/sda2/home/user"), (Mountable{"/dev/sda2", "home/user"}));
  EXPECT_EQ(parse_mountable("btrfsvol:/dev/vg0/root/sub/vol"),
            (Mountable{"/dev/vg0/root", "sub/vol"}));
  EXPECT_EQ(parse_mountable("btrfsvol:/dev/mapper/luks/@"), (Mountable{"/dev/mapper/luks", "@"}));
  EXPECT_EQ(parse_mountable("btrfsvol:/dev/md127/@"), (Mountable{"/dev/md127", "@"}));
}

TEST(Mountable, RoundTrips) {
  for (const char* name : {"/dev/sda1", "btrfsvol:/dev/sda2/home", "btrfsvol:/dev/vg0/root/a/b"})
    EXPECT_EQ(to_string(parse_mountable(name)), name);
}

TEST(Mountable, RefusesASubvolumeWithoutItsName) {
  for (const char* name :
       {"btrfsvol:", "btrfsvol:/dev/sda1", "btrfsvol:/dev/sda1/", "btrfsvol:/dev/vg0/root"})
    EXPECT_THROW(parse_mountable(name), Error) << name;
}

}  // namespace
}  // namespace glovebox::guestd
