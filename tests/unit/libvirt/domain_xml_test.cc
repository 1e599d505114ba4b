// SPDX-License-Identifier: GPL-2.0-or-later
#include "libvirt/domain_xml.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/unit/message_of.h"

namespace glovebox::libvirt {
namespace {

using Kind = DomainSource::Kind;

std::vector<DomainDisk> disks(const std::string& inside) {
  return parse_domain_disks("<domain type='kvm'><name>x</name><devices>" + inside +
                            "</devices></domain>");
}

DomainDisk disk(const std::string& type, const std::string& inside) {
  const auto found = disks("<disk type='" + type + "'><target dev='vda'/>" + inside + "</disk>");
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? DomainDisk{} : found.front();
}

TEST(DomainXml, FilesAndBlockDevices) {
  const auto found = disks(R"(
    <emulator>/usr/bin/qemu</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source file='/images/a &amp; b.qcow2' index='2'/>
      <backingStore type='file'><format type='raw'/><source file='/images/base.img'/></backingStore>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='network'><source network='default'/></interface>
    <disk type='block'>
      <source dev='/dev/vg/lv'/><target dev='hda'/><readonly/>
      <blockio logical_block_size='4096' physical_block_size='4096'/>
    </disk>)");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].source.kind, Kind::File);
  EXPECT_EQ(found[0].source.path, "/images/a & b.qcow2");
  EXPECT_EQ(found[0].format, "qcow2");
  EXPECT_EQ(found[0].target, "vda");
  EXPECT_FALSE(found[0].readonly || found[0].blocksize);
  EXPECT_EQ(found[1].source.kind, Kind::Block);
  EXPECT_EQ(found[1].source.path, "/dev/vg/lv");
  EXPECT_EQ(found[1].blocksize, 4096);
  EXPECT_TRUE(found[1].readonly && !found[1].format);
}

TEST(DomainXml, DrivesWithoutMediumAreNoDisks) {
  EXPECT_TRUE(disks("").empty());
  EXPECT_TRUE(disks("<disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>"
                    "<disk type='file'><source startupPolicy='optional'/></disk>"
                    "<disk type='file'><source file=''/></disk>"
                    "<disk type='block'><source file='/x'/></disk>"
                    "<disk type='volume'><source pool='p'/></disk>"
                    "<disk type='network'/><disk/>")
                  .empty());
}

TEST(DomainXml, Volumes) {
  const DomainDisk found = disk("volume", "<source pool='images' volume='a.img' mode='host'/>");
  EXPECT_EQ(found.source.kind, Kind::Volume);
  EXPECT_EQ(found.source.pool, "images");
  EXPECT_EQ(found.source.volume, "a.img");
}

TEST(DomainXml, WhatCannotBeADriveYetHasWords) {
  EXPECT_EQ(disk("network", "<source protocol='rbd' name='pool/image'><host name='h'/></source>")
                .source.other,
            "disk over rbd (pool/image)");
  EXPECT_EQ(disk("nvme", "<source type='pci' namespace='1'/>").source.other, "disk of type nvme");
  EXPECT_EQ(disk("file",
                 "<source file='/x'><slices><slice type='storage' offset='1' size='2'/>"
                 "</slices></source>")
                .source.other,
            "part of a file (<slices>)");
}

TEST(DomainXml, BackingStores) {
  const DomainDisk none = disk("file", "<source file='/x'/>");
  EXPECT_TRUE(none.backing.empty() && !none.backing_is_all);
  const DomainDisk found = disk("file", R"(<source file='/top'/>
    <backingStore type='file' index='1'><format type='qcow2'/><source file='/middle'/>
      <backingStore type='block'><format type='raw'/><source dev='/dev/vg/base'/>
        <backingStore/>
      </backingStore>
    </backingStore>)");
  ASSERT_EQ(found.backing.size(), 2U);
  EXPECT_EQ(found.backing[0].source.kind, Kind::File);
  EXPECT_EQ(found.backing[0].source.path, "/middle");
  EXPECT_EQ(found.backing[0].format, "qcow2");
  EXPECT_EQ(found.backing[1].source.kind, Kind::Block);
  EXPECT_EQ(found.backing[1].source.path, "/dev/vg/base");
  EXPECT_EQ(found.backing[1].format, "raw");
  EXPECT_TRUE(found.backing_is_all);
  // Not closed: libvirt looks for more itself, and so do we.
  const DomainDisk open = disk("file", R"(<source file='/top'/>
    <backingStore type='volume'><source pool='p' volume='v'/></backingStore>)");
  ASSERT_EQ(open.backing.size(), 1U);
  EXPECT_EQ(open.backing[0].source.volume, "v");
  EXPECT_FALSE(open.backing[0].format || open.backing_is_all);
  EXPECT_TRUE(disk("file", "<source file='/top'/><backingStore/>").backing_is_all);
}

std::string chain_of(size_t count) {
  std::string xml = "<source file='/top'/>";
  for (size_t i = 0; i < count; ++i) xml += "<backingStore type='file'><source file='/x'/>";
  for (size_t i = 0; i < count; ++i) xml += "</backingStore>";
  return xml;
}

TEST(DomainXml, BackingStoresHaveALimit) {
  EXPECT_EQ(disk("file", chain_of(200)).backing.size(), 200u);
  EXPECT_EQ(message_of([] { disk("file", chain_of(201)); }),
            "disk vda: more than 200 images are below it");
}

TEST(DomainXml, SizesThatMakeNoSenseAreNotThere) {
  for (const char* size : {"", "-1", "0", "4096x", "99999999999999"})
    EXPECT_FALSE(
        disk("file", std::string("<source file='/x'/><blockio logical_block_size='") + size + "'/>")
            .blocksize)
        << size;
}

TEST(DomainXml, NoDomain) {
  for (const char* xml : {"", "x", "<domain>", "<network/>", "<?xml version='1.0'?>"})
    EXPECT_THROW(parse_domain_disks(xml), Error) << xml;
}

TEST(DomainXml, ADocumentHasALimit) {
  const auto padded = [](size_t bytes) {
    std::string xml = "<domain/>";
    xml.resize(bytes, '\n');
    return message_of([&] { EXPECT_TRUE(parse_domain_disks(xml).empty()); });
  };
  EXPECT_EQ(padded(8 << 20), "no error");
  EXPECT_EQ(padded((8 << 20) + 1), "its XML is larger than 8 MiB");
}

// Entities are not expanded and files are not fetched.
TEST(DomainXml, EntitiesLeadNowhere) {
  const char* const hostile = R"(<!DOCTYPE domain [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<domain><devices>&x;<disk type='file'><source file='/a'/></disk></devices></domain>)";
  ASSERT_EQ(parse_domain_disks(hostile).size(), 1U);
}

}  // namespace
}  // namespace glovebox::libvirt
