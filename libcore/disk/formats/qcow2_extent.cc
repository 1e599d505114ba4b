// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Three tables can tell. L1 entries point to L2 tables, L2 entries to data, and refcounts say which
// clusters are taken. Refcounts are the cheapest witness for data (the last taken cluster), but not
// a reliable one: qemu takes a cluster before it writes it, so after a power cut, or while the
// guest runs, they may run ahead of the file without any harm. An L2 entry is written after its
// data. So: every L1 entry is checked, always; if refcounts run past the end of the file, L2 tables
// are read too, and they decide. A sound image costs two or three reads.
//
// An entry that is wrong is not yet a sign that something was cut off. What no program writes (bits
// that are reserved, an offset inside a cluster), and a cluster behind the end that the refcounts
// know nothing of, are damage.
#include "disk/formats/qcow2_extent.h"

#include <algorithm>
#include <vector>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::disk {
namespace {

using base::be64;

constexpr uint64_t kOffsetMask = 0x00fffffffffffe00;
constexpr uint64_t kCompressed = uint64_t{1} << 62;
constexpr uint64_t kRefcountReserved = 0x1ff;
constexpr uint64_t kL1Reserved = 0x7f000000000001ff;
constexpr uint64_t kL2Reserved = 0x3f000000000001fe;  // bit 0: reads as zeros
// Enough for a terabyte at the usual cluster size. All L1 entries of a hostile image may name
// tables as large as 2 MiB.
constexpr size_t kMaxL2TablesRead = 2048;
constexpr uint64_t kMaxL2BytesRead = 128 << 20;

std::vector<std::byte> read_at(int fd, uint64_t offset, uint64_t count) {
  std::vector<std::byte> bytes(count);
  bytes.resize(base::pread_some(fd, bytes.data(), count, offset, "reading qcow2 tables"));
  return bytes;
}

std::vector<uint64_t> read_entries(int fd, uint64_t offset, uint64_t count) {
  const std::vector<std::byte> bytes = read_at(fd, offset, count * 8);
  base::ByteReader reader(bytes);
  std::vector<uint64_t> entries;
  entries.reserve(count);
  while (reader.remaining() >= 8) entries.push_back(reader.read<be64>());
  return entries;
}

[[noreturn]] void truncated(uint64_t offset, uint64_t file_size) {
  throw Error(Errc::Corrupt, base::cat("is truncated: it refers to a cluster at byte ", offset,
                                       ", the file ends at byte ", file_size));
}

[[noreturn]] void damaged(const char* table, size_t index, uint64_t entry) {
  throw Error(Errc::Corrupt,
              base::cat("is damaged: ", table, " entry ", index, " is 0x", std::hex, entry,
                        ", which is not the offset of a cluster; for details: qemu-img check"));
}

// Throws unless the entry's reserved bits are clear and its offset is a cluster's.
uint64_t checked_offset(
    const char* table, size_t index, uint64_t entry, uint64_t reserved, const Qcow2Header& header) {
  const uint64_t offset = entry & kOffsetMask;
  if ((entry & reserved) != 0 || offset % header.cluster_size() != 0)
    damaged(table, index, entry);
  return offset;
}

// The last cluster with a refcount, or 0 if there is none to be found.
uint64_t last_taken_cluster(int fd, const Qcow2Header& header, uint64_t file_size) {
  const uint64_t table_entries = header.refcount_table_clusters * header.cluster_size() / 8;
  const auto table = read_entries(fd, header.refcount_table_offset, table_entries);
  const auto last =
      std::find_if(table.rbegin(), table.rend(), [](uint64_t e) { return (e & kOffsetMask) != 0; });
  if (last == table.rend())
    return 0;
  const uint64_t block_index = static_cast<uint64_t>(table.rend() - last) - 1;
  const uint64_t block_offset =
      checked_offset("refcount", block_index, *last, kRefcountReserved, header);
  if (block_offset > file_size)
    truncated(block_offset, file_size);
  const auto block = read_at(fd, block_offset, header.cluster_size());
  size_t used = block.size();
  while (used > 0 && block[used - 1] == std::byte{0}) --used;
  const uint64_t clusters_per_block = header.cluster_size() * 8 / header.refcount_bits;
  const uint64_t in_block = used == 0 ? 0 : (used * 8 - 1) / header.refcount_bits;
  return block_index * clusters_per_block + in_block;
}

// Entries of subclusters are pairs; the second half is a bitmap.
void check_l2(int fd, const Qcow2Header& header, uint64_t l2_offset, uint64_t file_size) {
  const size_t step = header.features.extended_l2 ? 2 : 1;
  const auto entries = read_entries(fd, l2_offset, header.cluster_size() / 8);
  for (size_t i = 0; i < entries.size(); i += step) {
    if ((entries[i] & kCompressed) != 0)
      continue;  // its offset has another width, and the data behind it a length of its own
    const uint64_t offset = checked_offset("L2", i / step, entries[i], kL2Reserved, header);
    if (offset >= file_size)
      truncated(offset, file_size);
  }
}

}  // namespace

void check_qcow2_is_whole(int fd, const Qcow2Header& header, uint64_t file_size) {
  const uint64_t last_taken = last_taken_cluster(fd, header, file_size) * header.cluster_size();
  std::vector<uint64_t> l2_offsets;
  const std::vector<uint64_t> l1 = read_entries(fd, header.l1_offset, header.l1_entries);
  for (size_t i = 0; i < l1.size(); ++i) {
    const uint64_t offset = checked_offset("L1", i, l1[i], kL1Reserved, header);
    if (offset == 0)
      continue;
    const bool behind_end = offset > file_size || file_size - offset < header.cluster_size();
    if (behind_end && offset > last_taken && !header.features.dirty)
      damaged("L1", i, l1[i]);
    if (behind_end)
      truncated(offset, file_size);
    l2_offsets.push_back(offset);
  }
  if (last_taken < file_size)
    return;
  const size_t tables = std::min<size_t>(
      {l2_offsets.size(), kMaxL2TablesRead, kMaxL2BytesRead / header.cluster_size()});
  for (size_t i = 0; i < tables; ++i) check_l2(fd, header, l2_offsets[i], file_size);
}

}  // namespace glovebox::disk
