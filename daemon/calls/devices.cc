// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: drives, partitions, and the partition tables of drives.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

std::vector<std::string> names_of(const std::vector<BlockDevice>& devices) {
  std::vector<std::string> names;
  for (const BlockDevice& device : devices) names.push_back(device.name);
  return names;
}

const PartitionTable& table_of(Appliance& app, const BlockDevice& disk) {
  const std::optional<PartitionTable>& table = app.prober.table(disk);
  if (!table)
    throw Error(Errc::NotFound, base::cat(disk.name, ": unrecognised disk label"), EINVAL);
  return *table;
}

const PartitionEntry& entry_of(const BlockDevice& disk,
                               const PartitionTable& table,
                               int32_t number) {
  for (const PartitionEntry& entry : table.partitions)
    if (entry.number == static_cast<uint32_t>(number))
      return entry;
  throw Error(Errc::NotFound, base::cat(disk.name, ": there is no partition ", number), ENOENT);
}

void require_type(const BlockDevice& disk, const PartitionTable& table, const std::string& wanted) {
  if (table.type != wanted)
    throw Error(
        Errc::Usage,
        base::cat(disk.name, ": the partition table is of type ", table.type, ", not ", wanted),
        EINVAL);
}

// parted's names, where they differ from libblkid's.
std::string parted_name(const std::string& type) {
  return type == "dos" ? "msdos" : type == "sgi" ? "dvh" : type;
}

}  // namespace

std::vector<std::string> list_devices(Appliance& app) {
  app.devices.update();
  return names_of(app.devices.drives());
}

std::vector<std::string> list_partitions(Appliance& app) {
  app.assemble();  // for the partitions of MD arrays
  return names_of(app.devices.partitions());
}

int64_t blockdev_getsize64(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  uint64_t bytes = 0;
  if (ioctl(base::open_file(found.name, O_RDONLY).get(), BLKGETSIZE64, &bytes) != 0)
    base::throw_errno(found.name);
  return static_cast<int64_t>(bytes);
}

int32_t blockdev_getss(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  int bytes = 0;
  if (ioctl(base::open_file(found.name, O_RDONLY).get(), BLKSSZGET, &bytes) != 0)
    base::throw_errno(found.name);
  return bytes;
}

std::vector<Partition> part_list(Appliance& app, const std::string& device) {
  const BlockDevice disk = app.device(device);
  std::vector<Partition> result;
  for (const PartitionEntry& entry : table_of(app, disk).partitions)
    if (entry.size_bytes > 0)
      result.push_back({.part_num = static_cast<int32_t>(entry.number),
                        .part_start = entry.start_bytes,
                        .part_end = entry.start_bytes + entry.size_bytes - 1,
                        .part_size = entry.size_bytes});
  std::sort(result.begin(), result.end(),
            [](const Partition& a, const Partition& b) { return a.part_start < b.part_start; });
  return result;
}

std::string part_get_parttype(Appliance& app, const std::string& device) {
  return parted_name(table_of(app, app.device(device)).type);
}

std::string part_get_gpt_type(Appliance& app, const std::string& device, int32_t partnum) {
  const BlockDevice disk = app.device(device);
  const PartitionTable& table = table_of(app, disk);
  require_type(disk, table, "gpt");
  std::string guid = entry_of(disk, table, partnum).type_guid;
  std::transform(guid.begin(), guid.end(), guid.begin(),
                 [](unsigned char c) { return static_cast<char>(toupper(c)); });
  return guid;
}

int32_t part_get_mbr_id(Appliance& app, const std::string& device, int32_t partnum) {
  const BlockDevice disk = app.device(device);
  const PartitionTable& table = table_of(app, disk);
  require_type(disk, table, "dos");
  return entry_of(disk, table, partnum).mbr_type;
}

}  // namespace glovebox::guestd
