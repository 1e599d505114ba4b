// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/volumes.h"

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/block/btrfs_subvolumes.h"
#include "daemon/block/mapping_name.h"
#include "daemon/block/sysfs.h"
#include "daemon/formats/dm_name.h"

namespace glovebox::guestd {
namespace {

constexpr int kExtendedTypes[] = {0x05, 0x0f, 0x85};
constexpr std::string_view kSkippedGuids[] = {
    "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3",  // LDM metadata
    "af9b60a0-1431-4f62-bc68-3311714a69ad",  // LDM data
    "e3c9e316-0b5c-4db8-817d-f92df00215ae",  // Microsoft reserved
    "caddebf1-4400-4de8-b103-12117dcf3ccf",  // Windows snapshot
};

bool is_skipped(const PartitionEntry& entry) {
  return entry.is_extended ||
         std::find(std::begin(kExtendedTypes), std::end(kExtendedTypes), entry.mbr_type) !=
             std::end(kExtendedTypes) ||
         std::find(std::begin(kSkippedGuids), std::end(kSkippedGuids), entry.type_guid) !=
             std::end(kSkippedGuids);
}

bool is_container(const std::string& type) {
  return type == "crypto_LUKS" || type == "BitLocker";
}

bool is_part_of_something(const std::string& type) {
  return type.ends_with("_member") || is_container(type);
}

std::vector<BlockDevice> devices_in_order(Assembly& assembly) {
  const Devices& devices = assembly.devices();
  std::vector<BlockDevice> result;
  const auto append = [&](const std::vector<BlockDevice>& more) {
    result.insert(result.end(), more.begin(), more.end());
  };
  for (const BlockDevice& drive : devices.drives())
    if (devices.partitions_of(drive).empty())
      result.push_back(drive);
  for (const BlockDevice& mapping : devices.mappings())
    if (!mapping_attribute(mapping, "uuid").starts_with("LVM-"))
      result.push_back(mapping);
  for (const BlockDevice& partition : devices.partitions())
    if (const std::optional<PartitionEntry> entry =
            partition_entry(devices, assembly.prober(), partition);
        !entry || !is_skipped(*entry))
      result.push_back(partition);
  for (const BlockDevice& array : devices.arrays())
    if (devices.partitions_of(array).empty())
      result.push_back(array);
  append(logical_volumes(devices));
  return result;
}

Content content_or_unknown(Assembly& assembly, const BlockDevice& device) {
  Content content;
  try {
    content = assembly.prober().content(device);
  } catch (const Error&) {
    // listed as unknown; mounting it gives the reason
  }
  if (content.type.empty())
    content.type = "unknown";
  return content;
}

// The subvolumes of a btrfs besides the one that is mounted by default. A file system that cannot
// be mounted has none.
void add_subvolumes(const FoundVolume& volume, std::vector<FoundVolume>& volumes) {
  std::vector<BtrfsSubvolume> subvolumes;
  try {
    subvolumes = list_btrfs_subvolumes(volume.device);
  } catch (const Error&) {
    return;
  }
  for (const BtrfsSubvolume& subvolume : subvolumes)
    if (!subvolume.is_default)
      volumes.push_back({.what = {volume.what.device, subvolume.path},
                         .device = volume.device,
                         .content = volume.content,
                         .is_snapshot = subvolume.is_snapshot});
}

}  // namespace

std::vector<BlockDevice> logical_volumes(const Devices& devices) {
  std::vector<BlockDevice> result;
  for (BlockDevice& mapping : devices.mappings())
    if (lvm_uuid_of(mapping_attribute(mapping, "uuid")) && !mapping.name.starts_with("/dev/dm-"))
      result.push_back(std::move(mapping));
  std::sort(result.begin(), result.end(),
            [](const BlockDevice& a, const BlockDevice& b) { return a.name < b.name; });
  return result;
}

std::optional<PartitionEntry> partition_entry(const Devices& devices,
                                              Prober& prober,
                                              const BlockDevice& partition) {
  for (const auto& disks : {devices.drives(), devices.arrays()})
    for (const BlockDevice& disk : disks) {
      if (!partition.name.starts_with(disk.name))
        continue;
      uint32_t number = 0;
      if (const std::optional<DriveName> name = parse_drive_name(partition.name))
        number = parse_drive_name(disk.name)->drive == name->drive ? name->partition : 0;
      else if (partition.name.starts_with(disk.name + "p"))
        number = static_cast<uint32_t>(
            strtoul(partition.name.c_str() + disk.name.size() + 1, nullptr, 10));
      if (number == 0)
        continue;
      try {
        if (const std::optional<PartitionTable>& table = prober.table(disk))
          for (const PartitionEntry& entry : table->partitions)
            if (entry.number == number)
              return entry;
      } catch (const Error&) {
        return std::nullopt;  // the kernel could read it once; a device that fails now is listed
                              // without its details
      }
    }
  return std::nullopt;
}

std::vector<FoundVolume> list_volumes(Assembly& assembly) {
  assembly.assemble();
  std::vector<FoundVolume> volumes;
  for (const BlockDevice& device : devices_in_order(assembly)) {
    FoundVolume volume = {
        .what = {device.name}, .device = device, .content = content_or_unknown(assembly, device)};
    if (is_part_of_something(volume.content.type))
      continue;
    volumes.push_back(volume);
    if (volume.content.type == "btrfs")
      add_subvolumes(volume, volumes);
  }
  return volumes;
}

std::vector<FoundVolume> list_encrypted(Assembly& assembly) {
  assembly.assemble();
  std::vector<FoundVolume> containers;
  for (const BlockDevice& device : devices_in_order(assembly)) {
    Content content = content_or_unknown(assembly, device);
    if (is_container(content.type) && holders_of(device.kernel_name).empty())
      containers.push_back(
          {.what = {device.name}, .device = device, .content = std::move(content)});
  }
  return containers;
}

}  // namespace glovebox::guestd
