// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/uevent.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace glovebox::guestd {
namespace {

std::string message(std::string lines) {
  std::replace(lines.begin(), lines.end(), '\n', '\0');
  return lines;
}

TEST(Uevent, ReadsAPartition) {
  const auto event =
      parse_uevent(message("add@/devices/pci0000:00/0000:00:02.0/virtio1/host0/target0:0:3/0:0:3:0/"
                           "block/sdb/sdb1\nACTION=add\n"
                           "SUBSYSTEM=block\nMAJOR=8\nMINOR=17\nDEVNAME=sdb1\nDEVTYPE="
                           "partition\nPARTN=1\nSEQNUM=900\n"));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->action, "add");
  EXPECT_EQ(event->subsystem, "block");
  EXPECT_EQ(event->devname, "sdb1");
  EXPECT_EQ(event->devtype, "partition");
  EXPECT_EQ(event->major, 8u);
  EXPECT_EQ(event->minor, 17u);
  EXPECT_EQ(event->partition, 1u);
  EXPECT_EQ(scsi_address_of(event->devpath), (ScsiAddress{0, 0, 3, 0}));
}

TEST(Uevent, IsNotFooledByOtherMessages) {
  EXPECT_FALSE(parse_uevent(""));
  EXPECT_FALSE(parse_uevent("libudev"));
  EXPECT_FALSE(parse_uevent("@/devices/x"));
}

TEST(Uevent, IgnoresNumbersThatAreNone) {
  const auto event = parse_uevent(message("add@/x\nMAJOR=8x\nMINOR=\nPARTN=99999999999\n"));
  ASSERT_TRUE(event);
  EXPECT_EQ(event->major, 0u);
  EXPECT_EQ(event->minor, 0u);
  EXPECT_EQ(event->partition, 0u);
}

TEST(ScsiAddress, IsTheLastSuchComponent) {
  EXPECT_EQ(scsi_address_of("/a/1:2:3:4/b/5:6:7:8/block/sda"), (ScsiAddress{5, 6, 7, 8}));
  EXPECT_FALSE(scsi_address_of("/devices/virtual/block/dm-0"));
  EXPECT_FALSE(scsi_address_of("/a/1:2:3/1:2:3:4:5/1:2:x:4/:::"));
}

}  // namespace
}  // namespace glovebox::guestd
