// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/probe.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::guestd {
namespace {

constexpr uint64_t kLibblkidSectorBytes = 512;
constexpr int kMaxPartitions = 1024;
constexpr int kAmbivalent = -2;

using Probe = std::unique_ptr<std::remove_pointer_t<blkid_probe>, void (*)(blkid_probe)>;

Probe open_probe(int fd, const std::string& name) {
  Probe probe(blkid_new_probe(), blkid_free_probe);
  errno = 0;
  if (!probe || blkid_probe_set_device(probe.get(), fd, 0, 0) != 0)
    base::throw_errno(name, errno ? errno : EIO);
  return probe;
}

std::string value_of(blkid_probe probe, const char* key) {
  const char* value = nullptr;
  return blkid_probe_lookup_value(probe, key, &value, nullptr) == 0 && value ? value : "";
}

std::string text_or_empty(const char* text) {
  return text ? text : "";
}

PartitionEntry partition_of(blkid_partition entry, bool is_gpt) {
  PartitionEntry partition;
  partition.number = static_cast<uint32_t>(blkid_partition_get_partno(entry));
  partition.start_bytes =
      static_cast<uint64_t>(blkid_partition_get_start(entry)) * kLibblkidSectorBytes;
  partition.size_bytes =
      static_cast<uint64_t>(blkid_partition_get_size(entry)) * kLibblkidSectorBytes;
  partition.uuid = text_or_empty(blkid_partition_get_uuid(entry));
  partition.name = text_or_empty(blkid_partition_get_name(entry));
  partition.flags = blkid_partition_get_flags(entry);
  partition.is_extended = blkid_partition_is_extended(entry) != 0;
  if (is_gpt)
    partition.type_guid = text_or_empty(blkid_partition_get_type_string(entry));
  else
    partition.mbr_type = blkid_partition_get_type(entry);
  return partition;
}

// What libblkid reads of every device to know its content, in forty pieces each of which would wait
// for the one before: superblocks at the start, those of RAID, ZFS and ATARAID at the end. Asked
// for at once they come together.
void read_ahead(int fd) {
  constexpr off_t kStart = 528 << 10, kEnd = 512 << 10, kPiece = 4096;
  uint64_t size = 0;
  if (::ioctl(fd, BLKGETSIZE64, &size) != 0)
    return;
  const auto end = static_cast<off_t>(size);
  ::posix_fadvise(fd, 0, kStart, POSIX_FADV_WILLNEED);
  for (const off_t offset : {off_t{1} << 20, off_t{2} << 20, off_t{4} << 20, end - 1580544})
    if (offset >= kStart && offset < end - kEnd)
      ::posix_fadvise(fd, offset, kPiece, POSIX_FADV_WILLNEED);
  if (end > kStart)
    ::posix_fadvise(fd, std::max(kStart, end - kEnd), kEnd, POSIX_FADV_WILLNEED);
}

base::UniqueFd open_device(const BlockDevice& device) {
  return base::open_file(device.name, O_RDONLY | O_NONBLOCK);
}

}  // namespace

Content probe_content(int fd, const std::string& name) {
  const Probe probe = open_probe(fd, name);
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID |
                                                     BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE |
                                                     BLKID_SUBLKS_VERSION);
  errno = 0;
  const int result = blkid_do_safeprobe(probe.get());
  if (result < 0 && result != kAmbivalent)
    base::throw_errno(name, errno ? errno : EIO);
  const auto size = static_cast<uint64_t>(blkid_probe_get_size(probe.get()));
  if (result != 0)
    return {.size_bytes = size};
  return {.type = value_of(probe.get(), "TYPE"),
          .usage = value_of(probe.get(), "USAGE"),
          .uuid = value_of(probe.get(), "UUID"),
          .label = value_of(probe.get(), "LABEL"),
          .version = value_of(probe.get(), "VERSION"),
          .size_bytes = size};
}

std::optional<PartitionTable> probe_table(int fd, const std::string& name) {
  const Probe probe = open_probe(fd, name);
  blkid_probe_enable_superblocks(probe.get(), 0);
  blkid_probe_enable_partitions(probe.get(), 1);
  const blkid_partlist list = blkid_probe_get_partitions(probe.get());  // owned by the probe
  if (!list)
    return std::nullopt;
  const blkid_parttable root = blkid_partlist_get_table(list);
  if (!root)
    return std::nullopt;
  PartitionTable table{text_or_empty(blkid_parttable_get_type(root)),
                       text_or_empty(blkid_parttable_get_id(root)),
                       {}};
  const int count = std::min(blkid_partlist_numof_partitions(list), kMaxPartitions);
  for (int i = 0; i < count; ++i)
    if (const blkid_partition entry = blkid_partlist_get_partition(list, i))
      table.partitions.push_back(partition_of(entry, table.type == "gpt"));
  return table;
}

const Content& Prober::content(const BlockDevice& device) {
  const auto known = contents_.find(device.number);
  if (known != contents_.end())
    return known->second;
  const base::UniqueFd fd = open_device(device);
  read_ahead(fd.get());
  return contents_[device.number] = probe_content(fd.get(), device.name);
}

const std::optional<PartitionTable>& Prober::table(const BlockDevice& disk) {
  const auto known = tables_.find(disk.number);
  if (known != tables_.end())
    return known->second;
  return tables_[disk.number] = probe_table(open_device(disk).get(), disk.name);
}

void Prober::forget(const BlockDevice& device) {
  contents_.erase(device.number);
  tables_.erase(device.number);
}

void Prober::forget_all() {
  contents_.clear();
  tables_.clear();
}

}  // namespace glovebox::guestd
