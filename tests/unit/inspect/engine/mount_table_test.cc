// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/mount_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox::inspect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Disks disks() {
  return {
      .volumes = {{.device = "/dev/sda1", .vfs_type = "vfat", .uuid = "ABCD-1234"},
                  {.device = "/dev/sda2",
                   .vfs_type = "ext4",
                   .uuid = "e-2",
                   .label = "My Disk",
                   .partuuid = "p-2",
                   .partlabel = "boot"},
                  {.device = "/dev/sda3", .vfs_type = "btrfs", .uuid = "b-3"},
                  {.device = "btrfsvol:/dev/sda3/home", .vfs_type = "btrfs", .uuid = "b-3"},
                  {.device = "btrfsvol:/dev/sda3/@", .vfs_type = "btrfs", .uuid = "b-3"},
                  {.device = "/dev/sdb1", .vfs_type = "ext4", .uuid = "e-b1"},
                  {.device = "/dev/md127",
                   .vfs_type = "ext4",
                   .md_uuid = "0123",
                   .aliases = {"/dev/md/data"}},
                  {.device = "/dev/vg0/root", .vfs_type = "xfs", .uuid = "x-0", .xfs_version = 5},
                  {.device = "/dev/my-vg/a-b", .vfs_type = "ext4", .lvm_uuid = "VgLv"},
                  {.device = "/dev/vg0/swap", .vfs_type = "swap", .uuid = "s-0"},
                  {.device = "/dev/dm-7", .vfs_type = "ext4", .luks_uuid = "1-2"}},
      .drives = {"/dev/sda", "/dev/sdb"}};
}

TEST(ResolveSpec, KnowsEveryWayToNameAVolume) {
  for (const auto& [spec, device] : {
           std::pair{"UUID=e-2", "/dev/sda2"},
           {"UUID=\"e-2\"", "/dev/sda2"},
           {"UUID=abcd-1234", "/dev/sda1"},
           {"LABEL='My Disk'", "/dev/sda2"},
           {"PARTUUID=P-2", "/dev/sda2"},
           {"PARTLABEL=boot", "/dev/sda2"},
           {"MD_UUID=0123", "/dev/md127"},
           {"LUKS_UUID=1-2", "/dev/dm-7"},
           {"UUID=b-3", "/dev/sda3"},
           {"/dev/disk/by-uuid/e-2", "/dev/sda2"},
           {"/dev/disk/by-label/My\\x20Disk", "/dev/sda2"},
           {"/dev/disk/by-partuuid/p-2", "/dev/sda2"},
           {"/dev/disk/by-id/dm-uuid-LVM-VgLv", "/dev/my-vg/a-b"},
           {"/dev/mapper/vg0-root", "/dev/vg0/root"},
           {"/dev/mapper/my--vg-a--b", "/dev/my-vg/a-b"},
           {"/dev/vg0/root", "/dev/vg0/root"},
           {"/dev/md/data", "/dev/md127"},
           {"/dev/root", "/dev/vg0/root"},
           {"/dev/sda2", "/dev/sda2"},
           {"/dev/hda2", "/dev/sda2"},
           {"/dev/vdb1", "/dev/sdb1"},
           {"/dev/xvda1", "/dev/sda1"},
           {"/dev/nvme0n1p2", "/dev/sda2"},
           {"/dev/nvme1n1p1", "/dev/sdb1"},
           {"/dev/mmcblk0p1", "/dev/sda1"},
       })
    EXPECT_EQ(resolve_spec(disks(), spec, "/dev/vg0/root"), device) << spec;
}

TEST(ResolveSpec, InventsNothing) {
  for (const char* spec :
       {"UUID=", "UUID=nope", "LABEL=my disk", "PARTLABEL=Boot", "/dev/sdc1", "/dev/sda9",
        "/dev/sda", "/dev/sdaaaaaa1", "/dev/sda99999999999", "/dev/nvme0n2p1", "/dev/nvmen1p1",
        "/dev/mapper/vg0", "/dev/mapper/", "/dev/mapper/vg0-nope", "/dev/disk/by-id/ata-X-part2",
        "tmpfs", "//server/share", "", "/dev/"})
    EXPECT_EQ(resolve_spec(disks(), spec, "/dev/vg0/root"), std::nullopt) << spec;
}

TEST(ResolveSpec, KnowsTheDriveByIdOnlyIfThereIsOne) {
  Disks one = disks();
  one.drives = {"/dev/sda"};
  EXPECT_EQ(resolve_spec(one, "/dev/disk/by-id/ata-X-part2", "/"), "/dev/sda2");
}

TEST(ResolveSpec, PrefersTheRootAndItsDriveWhereADiskIsThereTwice) {
  const Disks two = {.volumes = {{.device = "/dev/sda1", .uuid = "boot"},
                                 {.device = "/dev/sda2", .uuid = "root"},
                                 {.device = "/dev/sdb1", .uuid = "boot"},
                                 {.device = "/dev/sdb2", .uuid = "root"},
                                 {.device = "/dev/sdb11", .uuid = "data"}},
                     .drives = {"/dev/sda", "/dev/sdb"}};
  EXPECT_EQ(resolve_spec(two, "UUID=root", "/dev/sdb2"), "/dev/sdb2");
  EXPECT_EQ(resolve_spec(two, "UUID=boot", "/dev/sdb2"), "/dev/sdb1");
  EXPECT_EQ(resolve_spec(two, "UUID=boot", "/dev/vg0/root"), "/dev/sda1");
  EXPECT_EQ(resolve_spec(two, "UUID=data", "/dev/sda2"), "/dev/sdb11");
}

TEST(ResolveSpec, PrefersTheRootAlsoOnALogicalVolume) {
  const Disks clones = {.volumes = {{.device = "/dev/vg1/root", .uuid = "root"},
                                    {.device = "/dev/vg0/root", .uuid = "root"}},
                        .drives = {"/dev/sda"}};
  EXPECT_EQ(resolve_spec(clones, "UUID=root", "/dev/vg0/root"), "/dev/vg0/root");
}

TEST(ResolveSpec, OfDrivesWithSimilarNamesOnlyOneIsTheRoots) {
  const Disks two = {.volumes = {{.device = "/dev/sda1", .uuid = "boot"},
                                 {.device = "/dev/sdaa1", .uuid = "boot"},
                                 {.device = "/dev/sdaa2", .uuid = "root"}},
                     .drives = {"/dev/sda", "/dev/sdaa"}};
  EXPECT_EQ(resolve_spec(two, "UUID=boot", "/dev/sdaa2"), "/dev/sdaa1");
}

TEST(ResolveSpec, NumbersAndLettersHaveALimit) {
  Disks many;
  for (int i = 0; i <= 26 + 26 * 26 + 26 * 26 * 26; ++i)
    many.drives.push_back("/dev/drive" + std::to_string(i) + "-");
  for (const char* device : {"/dev/drive0-999999", "/dev/drive0-1000000", "/dev/drive0-2",
                             "/dev/drive18277-1", "/dev/drive18278-1"})
    many.volumes.push_back({.device = device});
  EXPECT_EQ(resolve_spec(many, "/dev/sda999999", "/"), "/dev/drive0-999999");
  EXPECT_EQ(resolve_spec(many, "/dev/sda1000000", "/"), std::nullopt);
  EXPECT_EQ(resolve_spec(many, "/dev/sda4294967298", "/"), std::nullopt);  // 2, of 32 bits
  EXPECT_EQ(resolve_spec(many, "/dev/sdzzz1", "/"), "/dev/drive18277-1");
  EXPECT_EQ(resolve_spec(many, "/dev/sdaaaa1", "/"), std::nullopt);
}

TEST(ResolveMounts, SortsAndLeavesOutWhatIsNoDisk) {
  const MountTable table = resolve_mounts(disks(),
                                          {{"UUID=x-0", "/"},
                                           {"proc", "/proc"},
                                           {"tmpfs", "/tmp"},
                                           {"/dev/sda2", "///boot//"},
                                           {"/dev/sda1", "/boot/efi"},
                                           {"/dev/vg0/swap", "none", "swap"},
                                           {"/dev/fd0", "/floppy"},
                                           {"/dev/cdrom", "/cd"},
                                           {"/dev/sdb1", "/media/stick"},
                                           {"/dev/sdb1", "/dev/shm"},
                                           {"/dev/sdb1", "/proc/bus"},
                                           {"/dev/sdb1", "/selinux"},
                                           {"/dev/sdb1", "/sys"},
                                           {"/dev/sdb1", "/system"},
                                           {"/dev/sdb1", "/srv"}},
                                          "/dev/vg0/root");
  EXPECT_THAT(table.mountpoints,
              ElementsAre(Mountpoint{"/dev/vg0/root", "/"}, Mountpoint{"/dev/sdb1", "/srv"},
                          Mountpoint{"/dev/sda2", "/boot"}, Mountpoint{"/dev/sdb1", "/system"},
                          Mountpoint{"/dev/sda1", "/boot/efi"}));
  ASSERT_EQ(table.filesystems.size(), 5u);
  EXPECT_EQ(table.filesystems[0].dev, "/dev/sda1");
  EXPECT_EQ(table.filesystems[1].label, "My Disk");
  EXPECT_EQ(table.filesystems[3], (Filesystem{"/dev/vg0/root", "xfs", 5, "", "x-0"}));
  EXPECT_EQ(table.filesystems[4].type, "swap");
  EXPECT_THAT(table.problems, IsEmpty());
}

TEST(ResolveMounts, FindsSubvolumes) {
  const MountTable table = resolve_mounts(disks(),
                                          {{"UUID=b-3", "/", "btrfs", "subvol=/@,compress=zstd"},
                                           {"UUID=b-3", "/home", "btrfs", "rw,subvol=home"},
                                           {"UUID=b-3", "/top", "btrfs", "subvol=/"},
                                           {"UUID=e-2", "/ext", "ext4", "subvol=x"}},
                                          "btrfsvol:/dev/sda3/@");
  EXPECT_THAT(
      table.mountpoints,
      ElementsAre(Mountpoint{"btrfsvol:/dev/sda3/@", "/"}, Mountpoint{"/dev/sda2", "/ext"},
                  Mountpoint{"/dev/sda3", "/top"}, Mountpoint{"btrfsvol:/dev/sda3/home", "/home"}));
  EXPECT_EQ(table.filesystems[1].type, "btrfs");
  EXPECT_EQ(base_device(disks(), "btrfsvol:/dev/sda3/new/deep"), "/dev/sda3");
  EXPECT_EQ(base_device(disks(), "/dev/sda2"), "/dev/sda2");
  const Disks nested = {.volumes = {{.device = "/dev/a/b"}, {.device = "/dev/a"}}, .drives = {}};
  EXPECT_EQ(base_device(nested, "btrfsvol:/dev/a/b/c"), "/dev/a/b");
  EXPECT_EQ(base_device(nested, "btrfsvol:/dev/a/x/c"), "/dev/a");
}

TEST(ResolveMounts, TellsWhatItCannotFind) {
  const MountTable table = resolve_mounts(disks(),
                                          {{"UUID=lost", "/data"},
                                           {"UUID=stick", "/stick", "auto", "defaults,nofail"},
                                           {"LABEL=tape", "/tape", "auto", "noauto"},
                                           {"/dev/mapper/luks", "/secret"}},
                                          "/dev/sda2");
  EXPECT_THAT(
      table.problems,
      ElementsAre(Problem{"/dev/sda2: mount table",
                          "UUID=lost on /data: no such file system on the disks given"},
                  Problem{"/dev/sda2: mount table",
                          "/dev/mapper/luks on /secret: no such file system on the disks given"}));
  EXPECT_THAT(table.mountpoints,
              ElementsAre(Mountpoint{"/dev/sda2", "/"}, Mountpoint{"/dev/mapper/luks", "/secret"}));
}

TEST(ResolveMounts, TheRootIsKnownWhateverTheTableCallsIt) {
  for (const char* spec : {"/dev/vg9/root", "/dev/sdz9", "/dev/mapper/sda1_crypt", "UUID=nope"}) {
    const MountTable table = resolve_mounts(disks(), {{spec, "/", "ext4", ""}}, "/dev/sda2");
    ASSERT_EQ(table.mountpoints.size(), 1u) << spec;
    EXPECT_EQ(table.mountpoints[0].dev, "/dev/sda2") << spec;
    ASSERT_EQ(table.filesystems.size(), 1u) << spec;
    EXPECT_EQ(table.filesystems[0].uuid, "e-2") << spec;
    ASSERT_EQ(table.problems.size(), 1u) << spec;
    EXPECT_EQ(table.problems[0].what,
              std::string(spec) + " on /: no such file system on the disks given");
  }
}

TEST(ResolveMounts, KeepsTheFirstRoot) {
  const MountTable table =
      resolve_mounts(disks(), {{"/dev/sda2", "/"}, {"/dev/sdb1", "/"}}, "/dev/sda2");
  EXPECT_THAT(table.mountpoints, ElementsAre(Mountpoint{"/dev/sda2", "/"}));
}

TEST(CanonicalPath, HasNoDoubleSlashes) {
  EXPECT_EQ(canonical_path("///usr//local//"), "/usr/local");
  EXPECT_EQ(canonical_path("/"), "/");
  EXPECT_EQ(canonical_path("/./a/."), "/a");
}

}  // namespace
}  // namespace glovebox::inspect
