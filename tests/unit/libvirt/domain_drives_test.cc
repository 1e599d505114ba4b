// SPDX-License-Identifier: GPL-2.0-or-later
#include "libvirt/domain_drives.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace glovebox::libvirt {
namespace {

using Kind = DomainSource::Kind;

const std::vector<DomainDisk> kTwo = {
    {.source = {.kind = Kind::File, .path = "/a"},
     .target = "vda",
     .format = "qcow2",
     .blocksize = 4096},
    {.source = {.kind = Kind::Block, .path = "/b"}, .target = "sda", .readonly = true},
};

std::string no_volumes(const std::string&, const std::string&) {
  throw Error(Errc::NotFound, "no such volume");
}

// "/a rw, /b ro", or the error.
std::string planned(const std::vector<DomainDisk>& disks, const DomainAccess& access) {
  try {
    std::string text;
    for (const DomainDrive& drive : domain_drives(disks, access, no_volumes))
      text += (text.empty() ? "" : ", ") + drive.path + (drive.options.readonly ? " ro" : " rw");
    return text;
  } catch (const Error& e) {
    return e.what();
  }
}

// The table of guestfs(3), guestfs_add_domain.
TEST(DomainDrives, ReadonlyDisks) {
  EXPECT_EQ(planned(kTwo, {.readonly = false, .readonly_disk = ReadonlyDisk::Write}),
            "/a rw, /b rw");
  EXPECT_EQ(planned(kTwo, {.readonly = false, .readonly_disk = ReadonlyDisk::Read}),
            "/a rw, /b ro");
  EXPECT_EQ(planned(kTwo, {.readonly = false, .readonly_disk = ReadonlyDisk::Ignore}), "/a rw");
  EXPECT_EQ(planned(kTwo, {.readonly = false, .readonly_disk = ReadonlyDisk::Error}),
            "disk sda: /b: the domain may only read this disk (<readonly/>), and readonlydisk is "
            "\"error\"");
  for (const ReadonlyDisk any : {ReadonlyDisk::Write, ReadonlyDisk::Read, ReadonlyDisk::Error})
    EXPECT_EQ(planned(kTwo, {.readonly = true, .readonly_disk = any}), "/a ro, /b ro");
  EXPECT_EQ(planned(kTwo, {.readonly = true, .readonly_disk = ReadonlyDisk::Ignore}), "/a ro");
}

TEST(DomainDrives, FormatAndBlockSizeGoAlong) {
  const auto drives = domain_drives(kTwo, {}, no_volumes);
  EXPECT_EQ(drives[0].options.format, "qcow2");
  EXPECT_EQ(drives[0].options.blocksize, 4096);
  EXPECT_FALSE(drives[1].options.format || drives[1].options.blocksize);
}

TEST(DomainDrives, VolumesAreLookedUp) {
  const std::vector<DomainDisk> volume = {
      {.source = {.kind = Kind::Volume, .pool = "images", .volume = "x"}, .target = "vda"}};
  const auto drives = domain_drives(
      volume, {},
      [](const std::string& pool, const std::string& name) { return pool + "/" + name; });
  ASSERT_EQ(drives.size(), 1U);
  EXPECT_EQ(drives[0].path, "images/x");
  EXPECT_EQ(planned(volume, {}), "disk vda: no such volume");
}

TEST(DomainDrives, WhatLiesBelowGoesAlong) {
  DomainDisk disk = kTwo[0];
  disk.backing = {{.source = {.kind = Kind::File, .path = "/middle"}, .format = "qcow2"},
                  {.source = {.kind = Kind::Volume, .pool = "images", .volume = "x"}}};
  disk.backing_is_all = true;
  const auto drives = domain_drives(
      {disk, kTwo[1]}, {}, [](const auto& pool, const auto& name) { return pool + "/" + name; });
  const auto& below = drives[0].options.backing;
  ASSERT_EQ(below.size(), 2U);
  EXPECT_EQ(below[0].path, "/middle");
  EXPECT_EQ(below[0].format, "qcow2");
  EXPECT_EQ(below[1].path, "images/x");
  EXPECT_FALSE(below[1].format);
  EXPECT_TRUE(drives[0].options.backing_is_all);
  EXPECT_TRUE(drives[1].options.backing.empty() && !drives[1].options.backing_is_all);
  EXPECT_EQ(planned({disk}, {}), "disk vda: <backingStore>: no such volume");
}

TEST(DomainDrives, NothingToAdd) {
  EXPECT_EQ(planned({}, {.readonly = true}), "it has no disks");
}

TEST(DomainDrives, AnUnsupportedDiskIsNamed) {
  EXPECT_EQ(
      planned({kTwo[0], {.source = {.other = "disk over rbd (a\033b)"}, .target = "vdb"}}, {}),
      "disk vdb: this is a disk over rbd (a\\x1bb), which is not supported yet; files, block "
      "devices and volumes are");
}

}  // namespace
}  // namespace glovebox::libvirt
