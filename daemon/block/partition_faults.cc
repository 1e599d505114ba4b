// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/partition_faults.h"

#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/formats/gpt.h"

namespace glovebox::guestd {
namespace {

constexpr uint32_t kSmallSector = 512, kLargeSector = 4096;

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

DiskReader reader_of(int fd, const std::string& name) {
  return [fd, name](uint64_t offset, size_t count) {
    std::string bytes(count, '\0');
    if (base::pread_some(fd, bytes.data(), count, offset, name) != count)
      throw Error(Errc::Corrupt, name + ": too short");
    return bytes;
  };
}

using Entries = std::optional<std::vector<GptEntry>>;

// Absent, too, if it makes no sense.
Entries gpt_at(const DiskReader& read, uint32_t sector_bytes, uint64_t header_sector) {
  try {
    return read_gpt(read, sector_bytes, header_sector);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// What is left of a GPT on a disk on which the kernel sees no partitions.
struct Remains {
  Entries entries;
  std::string fault;
};

Remains remains_of(const DiskReader& read, const Geometry& disk, bool is_protected) {
  const uint64_t last_sector = disk.bytes / disk.sector_bytes - 1;
  if (const Entries first = gpt_at(read, disk.sector_bytes, kFirstHeader))
    return {first, is_protected ? ""
                                : "it has a GUID partition table without the protective MBR that "
                                  "belongs to it; its partitions are shown nevertheless"};
  if (const Entries copy = gpt_at(read, disk.sector_bytes, last_sector))
    return {copy,
            "the GUID partition table at its start is damaged; the partitions are those of the "
            "copy at its end, from which gdisk(8) can restore the table"};
  const uint32_t other_bytes = disk.sector_bytes == kSmallSector ? kLargeSector : kSmallSector;
  if (gpt_at(read, other_bytes, kFirstHeader))
    return {std::nullopt, base::cat("its GUID partition table is for sectors of ", other_bytes,
                                    " bytes, but the sectors of this disk have ", disk.sector_bytes,
                                    " (see --blocksize)")};
  if (is_protected)
    return {std::nullopt,
            "its GUID partition table and the copy at its end are both damaged, so its partitions "
            "are not known"};
  return {};
}

// Other tables than GPT are read by libblkid, which does not mind where they point. What makes
// sense as a whole is no table: a file system's boot code may look like one.
std::vector<GptEntry> other_table_of(Assembly& assembly, const BlockDevice& disk) {
  std::vector<GptEntry> result;
  if (const std::optional<PartitionTable>& table = assembly.prober().table(disk))
    if (assembly.prober().content(disk).usage != "filesystem")
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

bool is_blank(Assembly& assembly, const BlockDevice& disk) {
  return assembly.devices().partitions_of(disk).empty() &&
         assembly.prober().content(disk).type.empty();
}

void look_at(Assembly& assembly, const BlockDevice& disk, std::vector<AssemblyProblem>& problems) {
  const base::UniqueFd fd = base::open_file(disk.name, O_RDONLY);
  const Geometry geometry = geometry_of(fd.get(), disk.name);
  const DiskReader read = reader_of(fd.get(), disk.name);
  const bool is_protected = has_protective_mbr(read(0, kMbrBytes));
  Entries gpt;
  if (is_blank(assembly, disk) && (is_protected || !assembly.prober().table(disk))) {
    Remains remains = remains_of(read, geometry, is_protected);
    if (!remains.fault.empty())
      problems.push_back({disk.name, remains.fault});
    gpt = std::move(remains.entries);
    if (gpt)
      for (const GptEntry& entry : *gpt) tell_kernel(fd.get(), entry, geometry);
  } else if (is_protected) {
    gpt = gpt_at(read, geometry.sector_bytes, kFirstHeader);
  }
  for (const GptEntry& entry : gpt ? *gpt : other_table_of(assembly, disk))
    if (entry.end_bytes > geometry.bytes)
      problems.push_back(
          {partition_name(disk, entry.number),
           base::cat("the partition ends at byte ", entry.end_bytes, ", but ", disk.name,
                     " at byte ", geometry.bytes, ": the disk image was cut short")});
}

}  // namespace

std::vector<AssemblyProblem> find_partition_faults(Assembly& assembly) {
  std::vector<AssemblyProblem> problems;
  assembly.assemble();  // arrays have tables, too
  for (const auto& disks : {assembly.devices().drives(), assembly.devices().arrays()})
    for (const BlockDevice& disk : disks) {
      try {
        look_at(assembly, disk, problems);
      } catch (const Error&) {
        // No table that could be believed, or a disk that cannot be read, which others will tell.
      }
    }
  return problems;
}

}  // namespace glovebox::guestd
