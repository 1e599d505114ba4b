// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/cut_disks.h"

#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/gpt.h"

namespace glovebox::guestd {
namespace {

struct Geometry {
  uint64_t bytes = 0;
  uint32_t sector_bytes = 0;
};

Geometry geometry_of(int fd, const std::string& name) {
  Geometry geometry;
  int sector_bytes = 0;
  if (ioctl(fd, BLKGETSIZE64, &geometry.bytes) != 0 || ioctl(fd, BLKSSZGET, &sector_bytes) != 0)
    base::throw_errno(name);
  geometry.sector_bytes = static_cast<uint32_t>(sector_bytes);
  return geometry;
}

std::vector<GptEntry> gpt_of(int fd, const std::string& name, uint32_t sector_bytes) {
  return read_gpt(
      [&](uint64_t offset, size_t count) {
        std::string bytes(count, '\0');
        if (base::pread_some(fd, bytes.data(), count, offset, name) != count)
          throw Error(Errc::Corrupt, name + ": too short");
        return bytes;
      },
      sector_bytes);
}

// Other tables than GPT are read by libblkid, which does not mind where they point. What makes
// sense as a whole is no table: a file system's boot code may look like one.
std::vector<GptEntry> other_table_of(Appliance& app, const BlockDevice& disk) {
  std::vector<GptEntry> result;
  if (const std::optional<PartitionTable>& table = app.prober.table(disk))
    if (app.prober.content(disk).usage != "filesystem")
      for (const PartitionEntry& entry : table->partitions)
        result.push_back({entry.number, entry.start_bytes, entry.start_bytes + entry.size_bytes});
  return result;
}

std::string partition_name(const BlockDevice& disk, uint32_t number) {
  if (const std::optional<DriveName> drive = parse_drive_name(disk.name))
    return to_string(DriveName{drive->drive, number});
  return base::cat(disk.name, "p", number);
}

// A refusal leaves the partition out of sight, as it was.
void tell_kernel(int fd, const GptEntry& entry, const Geometry& disk) {
  if (entry.start_bytes >= disk.bytes)
    return;
  blkpg_partition partition = {};
  partition.start = static_cast<long long>(entry.start_bytes);
  partition.length =
      static_cast<long long>(std::min(entry.end_bytes, disk.bytes) - entry.start_bytes);
  partition.pno = static_cast<int>(entry.number);
  blkpg_ioctl_arg argument = {
      .op = BLKPG_ADD_PARTITION, .flags = 0, .datalen = sizeof partition, .data = &partition};
  ioctl(fd, BLKPG, &argument);
}

void look_at(Appliance& app, const BlockDevice& disk, std::vector<AssemblyProblem>& problems) {
  const base::UniqueFd fd = base::open_file(disk.name, O_RDONLY);
  const Geometry geometry = geometry_of(fd.get(), disk.name);
  std::vector<GptEntry> entries = gpt_of(fd.get(), disk.name, geometry.sector_bytes);
  const bool is_gpt = !entries.empty();
  if (!is_gpt)
    entries = other_table_of(app, disk);
  const auto is_cut = [&](const GptEntry& entry) { return entry.end_bytes > geometry.bytes; };
  for (const GptEntry& entry : entries)
    if (is_cut(entry))
      problems.push_back(
          {partition_name(disk, entry.number),
           base::cat("the partition ends at byte ", entry.end_bytes, ", but ", disk.name,
                     " at byte ", geometry.bytes, ": the disk image was cut short")});
  if (is_gpt && app.devices.partitions_of(disk).empty())
    for (const GptEntry& entry : entries) tell_kernel(fd.get(), entry, geometry);
}

}  // namespace

std::vector<AssemblyProblem> find_cut_disks(Appliance& app) {
  std::vector<AssemblyProblem> problems;
  app.assemble();  // arrays have tables, too
  for (const auto& disks : {app.devices.drives(), app.devices.arrays()})
    for (const BlockDevice& disk : disks) {
      try {
        look_at(app, disk, problems);
      } catch (const Error&) {
        // No table that could be believed, or a disk that cannot be read, which others will tell.
      }
    }
  return problems;
}

}  // namespace glovebox::guestd
