// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: block devices as the kernel has them: size, flags, buffers, names.
#include "guestd/functions/blockdev.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/block/mapping_name.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/formats/text_dump.h"
#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

constexpr int64_t kOldSectorBytes = 512;  // what the kernel counts in, whatever the device's own

template <typename T>
T query(const std::string& device, unsigned long request) {
  T value = {};
  if (::ioctl(base::open_file(device, O_RDONLY).get(), request, &value) != 0)
    base::throw_errno(device);
  return value;
}

void set_readonly(Appliance& app, const std::string& device, int readonly) {
  const BlockDevice found = app.device(device);
  if (::ioctl(base::open_file(found.name, O_RDONLY).get(), BLKROSET, &readonly) != 0)
    base::throw_errno(found.name);
}

// The disk and the number that a partition's name stands for.
struct PartitionName {
  std::string disk;
  int32_t number = 0;
};

PartitionName partition_name(Appliance& app, const std::string& partition) {
  const BlockDevice found = app.device(partition);
  for (const auto& disks : {app.devices.drives(), app.devices.arrays()})
    for (const BlockDevice& disk : disks)
      for (const BlockDevice& candidate : app.devices.partitions_of(disk))
        if (candidate.number == found.number) {
          const size_t digits = found.name.find_last_not_of("0123456789") + 1;
          return {disk.name, std::stoi(found.name.substr(digits))};
        }
  refuse("device name is not a partition");
}

// Device-mapper devices that are not LVM's and whose names begin like this.
std::vector<std::string> mappings_named(Appliance& app, const std::string& prefix) {
  app.assembly.assemble();
  std::vector<std::string> names;
  for (const BlockDevice& mapping : app.devices.mappings())
    if (const std::string name = "/dev/mapper/" + mapping_attribute(mapping, "name");
        name.starts_with(prefix) && !mapping_attribute(mapping, "uuid").starts_with("LVM-"))
      names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

int64_t blockdev_getsize64(Appliance& app, const std::string& device) {
  return static_cast<int64_t>(query<uint64_t>(app.device(device).name, BLKGETSIZE64));
}

int64_t blockdev_getsz(Appliance& app, const std::string& device) {
  return blockdev_getsize64(app, device) / kOldSectorBytes;
}

int32_t blockdev_getss(Appliance& app, const std::string& device) {
  return query<int>(app.device(device).name, BLKSSZGET);
}

int32_t blockdev_getbsz(Appliance& app, const std::string& device) {
  return query<int>(app.device(device).name, BLKBSZGET);
}

void blockdev_setbsz(Appliance& app, const std::string& device, int32_t blocksize) {
  // The size is that of one open file, so that nothing is left of it: which is why the call is
  // deprecated.
  const BlockDevice found = app.device(device);
  if (::ioctl(base::open_file(found.name, O_RDONLY).get(), BLKBSZSET, &blocksize) != 0)
    base::throw_errno(found.name);
}

bool blockdev_getro(Appliance& app, const std::string& device) {
  return query<int>(app.device(device).name, BLKROGET) != 0;
}

void blockdev_setro(Appliance& app, const std::string& device) {
  set_readonly(app, device, 1);
}

void blockdev_setrw(Appliance& app, const std::string& device) {
  set_readonly(app, device, 0);
}

void blockdev_setra(Appliance& app, const std::string& device, int32_t sectors) {
  if (sectors < 0)
    refuse("readahead sectors must be >= 0");
  const BlockDevice found = app.device(device);
  if (::ioctl(base::open_file(found.name, O_RDONLY).get(), BLKRASET,
              static_cast<unsigned long>(sectors)) != 0)
    base::throw_errno(found.name);
}

void blockdev_flushbufs(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  const base::UniqueFd fd = base::open_file(found.name, O_RDONLY);
  if (::fsync(fd.get()) != 0 || ::ioctl(fd.get(), BLKFLSBUF, 0) != 0)
    base::throw_errno(found.name);
}

void blockdev_rereadpt(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  if (::ioctl(base::open_file(change.name(), O_RDONLY).get(), BLKRRPART) != 0)
    refuse(base::cat(change.name(), ": BLKRRPART: ", base::errno_text(errno)));
}

void blkdiscard(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  std::array<uint64_t, 2> range = {0, query<uint64_t>(change.name(), BLKGETSIZE64)};
  const base::UniqueFd fd = base::open_file(change.name(), O_RDWR);
  if (::ioctl(fd.get(), BLKDISCARD, range.data()) != 0)
    base::throw_errno(base::cat(change.name(), ": BLKDISCARD"));
}

bool blkdiscardzeroes(Appliance& app, const std::string& device) {
  return query<unsigned>(app.device(device).name, BLKDISCARDZEROES) != 0;
}

int32_t nr_devices(Appliance& app) {
  app.devices.update();
  return static_cast<int32_t>(app.devices.drives().size());
}

// By name alone, as programs that count drives before they add them expect.
int32_t device_index(Appliance&, const std::string& device) {
  const std::optional<DriveName> name = parse_drive_name(device);
  if (!name || name->partition != 0)
    refuse(base::cat(base::escape(device), ": not the name of a drive"));
  return static_cast<int32_t>(name->drive);
}

bool is_whole_device(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  const std::vector<BlockDevice> drives = app.devices.drives();
  return std::find(drives.begin(), drives.end(), found) != drives.end();
}

// Not by libblkid here: the names and the order are those that the program prints.
std::vector<std::pair<std::string, std::string>> blkid(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  std::vector<std::pair<std::string, std::string>> info;
  for (const std::string& line : lines_of(run_program(
           {.argv = {"blkid", "-c", "/dev/null", "-p", "-i", "-o", "export", found.name},
          .about = found.name})))
    if (const size_t equals = line.find('='); equals != std::string::npos)
      info.push_back({line.substr(0, equals), line.substr(equals + 1)});
  return info;
}

std::string part_to_dev(Appliance& app, const std::string& partition) {
  return partition_name(app, partition).disk;
}

int32_t part_to_partnum(Appliance& app, const std::string& partition) {
  return partition_name(app, partition).number;
}

std::vector<std::string> list_md_devices(Appliance& app) {
  app.assembly.assemble();
  std::vector<std::string> names;
  for (const BlockDevice& array : app.devices.arrays()) names.push_back(array.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> list_dm_devices(Appliance& app) {
  return mappings_named(app, "/dev/mapper/");
}

// ldmtool(8) names the mappings that it makes of Windows' dynamic disks.
std::vector<std::string> list_ldm_volumes(Appliance& app) {
  return mappings_named(app, "/dev/mapper/ldm_vol_");
}

std::vector<std::string> list_ldm_partitions(Appliance& app) {
  return mappings_named(app, "/dev/mapper/ldm_part_");
}

std::vector<std::pair<std::string, std::string>> list_disk_labels(Appliance& app) {
  app.devices.update();
  return app.devices.labels();
}

}  // namespace glovebox::guestd
