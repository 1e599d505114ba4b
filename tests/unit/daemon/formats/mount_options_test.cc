// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mount_options.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr unsigned long kDefault = MS_NODEV | MS_NOSUID | MS_NOEXEC;

TEST(MountOptions, AreSafeByDefault) {
  EXPECT_EQ(parse_mount_options(""), (MountFlags{kDefault, ""}));
  EXPECT_EQ(parse_mount_options("defaults"), (MountFlags{kDefault, ""}));
  EXPECT_EQ(parse_mount_options("exec,dev"), (MountFlags{MS_NOSUID, ""}));
}

TEST(MountOptions, AreFlagsOrTheFileSystemsOwn) {
  EXPECT_EQ(parse_mount_options("ro,noatime,noload,data=journal"),
            (MountFlags{kDefault | MS_RDONLY | MS_NOATIME, "noload,data=journal"}));
  EXPECT_EQ(parse_mount_options("ro,rw"), (MountFlags{kDefault, ""}));
  EXPECT_EQ(parse_mount_options(",ro,"), (MountFlags{kDefault | MS_RDONLY, ""}));
}

TEST(MountOptions, ForProgramsAreLeftOut) {
  for (const char* option :
       {"nofail", "noauto", "auto", "user", "users", "owner", "group", "nouser", "_netdev", "loop",
        "comment=a b", "x-systemd.automount", "X-mount.mkdir", "x-gvfs-name=My Disk"})
    EXPECT_EQ(parse_mount_options(std::string("acl,") + option).data, "acl") << option;
}

TEST(MountOptions, KeepACommaInQuotes) {
  EXPECT_EQ(parse_mount_options("context=\"a:b,c\",ro"),
            (MountFlags{kDefault | MS_RDONLY, "context=\"a:b,c\""}));
}

TEST(MountOptions, AboutMountPointsAreRefused) {
  for (const std::string option : {"bind", "rbind", "shared", "rprivate"}) {
    try {
      parse_mount_options(option);
      ADD_FAILURE() << option;
    } catch (const Error& e) {
      EXPECT_EQ(
          std::string(e.what()),
          "mount options '" + option + "': they change a mount point instead of mounting a device");
    }
  }
}

}  // namespace
}  // namespace glovebox::guestd
