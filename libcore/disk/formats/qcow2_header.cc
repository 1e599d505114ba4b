// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Layout: 72 bytes that both versions have; version 3 adds feature bits, refcount order and its own
// length; then header extensions (type, length, data padded to 8 bytes) up to type 0; then the
// backing file's name, anywhere in the first cluster. The caps are qemu's own: an image beyond them
// does not open there either.
#include "disk/formats/qcow2_header.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/checked.h"
#include "base/error.h"

namespace glovebox::disk {
namespace {

using base::be32;
using base::be64;
using base::ByteReader;
using base::cat;
using base::checked_add;
using base::checked_mul;

constexpr uint32_t kMagic = 0x514649fb;
constexpr uint32_t kMaxL1Bytes = 32 << 20;
constexpr uint32_t kMaxRefcountTableBytes = 8 << 20;
constexpr uint32_t kMaxSnapshots = 65536;
constexpr uint32_t kMaxRefcountOrder = 6;
constexpr uint32_t kVersion3MinHeader = 104;
constexpr size_t kMaxBackingFormat = 15;
constexpr uint64_t kMaxFileOffset = uint64_t{1} << 56;

constexpr uint32_t kEndOfExtensions = 0, kBackingFormat = 0xe2792aca,
                   kExternalDataFile = 0x44415441;

struct FixedPart {
  be32 magic, version;
  be64 backing_name_offset;
  be32 backing_name_bytes, cluster_bits;
  be64 virtual_size;
  be32 crypt_method, l1_entries;
  be64 l1_offset, refcount_table_offset;
  be32 refcount_table_clusters, snapshots;
  be64 snapshots_offset;
};
static_assert(sizeof(FixedPart) == kQcow2FixedBytes);

struct Version3Part {
  be64 incompatible, compatible, autoclear;
  be32 refcount_order, header_bytes;
};
static_assert(sizeof(FixedPart) + sizeof(Version3Part) == kVersion3MinHeader);

[[noreturn]] void corrupt(const std::string& what) {
  throw Error(Errc::Corrupt, "qcow2 header: " + what);
}

FixedPart read_fixed(std::span<const std::byte> start) {
  if (start.size() < kQcow2FixedBytes)
    corrupt(cat("the file ends after ", start.size(), " bytes"));
  const auto fixed = ByteReader(start).read<FixedPart>();
  if (fixed.magic != kMagic)
    corrupt("no qcow2 magic");
  if (fixed.version != 2 && fixed.version != 3)
    throw Error(Errc::Unsupported,
                cat("qcow2 version ", fixed.version, " is not known (2 and 3 are)"));
  if (fixed.cluster_bits < kMinClusterBits || fixed.cluster_bits > kMaxClusterBits)
    corrupt(cat("cluster_bits is ", fixed.cluster_bits, ", not ", kMinClusterBits, " to ",
                kMaxClusterBits));
  return fixed;
}

// Bytes [offset, offset + size) must lie inside the file: a table behind its end means that the
// file was cut off.
void check_table(const char* what,
                 uint64_t offset,
                 uint64_t size,
                 const Qcow2Header& header,
                 uint64_t file_size) {
  if (offset % header.cluster_size() != 0 || offset > kMaxFileOffset)
    corrupt(cat("the ", what, " is at the invalid offset ", offset));
  const uint64_t end = checked_add(offset, size, what);
  if (end > file_size)
    throw Error(Errc::Corrupt, cat("is truncated: the ", what, " ends at byte ", end,
                                   ", the file at byte ", file_size));
}

void take_fixed(const FixedPart& fixed, Qcow2Header& header) {
  header.version = fixed.version;
  header.cluster_bits = fixed.cluster_bits;
  header.virtual_size = fixed.virtual_size;
  header.crypt_method = fixed.crypt_method;
  header.l1_offset = fixed.l1_offset;
  header.l1_entries = fixed.l1_entries;
  header.refcount_table_offset = fixed.refcount_table_offset;
  header.refcount_table_clusters = fixed.refcount_table_clusters;
  header.snapshots = fixed.snapshots;
}

Qcow2Features take_features(uint64_t bits) {
  Qcow2Features features{.dirty = (bits & 1) != 0,
                         .corrupt = (bits & 2) != 0,
                         .external_data_file = (bits & 4) != 0,
                         .zstd = false,
                         .extended_l2 = (bits & 16) != 0};
  constexpr uint64_t kKnown = 31;
  for (unsigned bit = 0; bit < 64; ++bit)
    if ((bits & ~kKnown) >> bit & 1)
      throw Error(Errc::Unsupported,
                  cat("qcow2 feature bit ", bit, " is unknown: a newer program wrote this image"));
  return features;
}

// The version 3 part, from right behind the fixed part. Returns the header's length.
uint32_t take_version3(ByteReader reader, Qcow2Header& header) {
  if (reader.remaining() < sizeof(Version3Part))
    corrupt("the file ends inside it");
  const auto part = reader.read<Version3Part>();
  header.features = take_features(part.incompatible);
  if (part.refcount_order > kMaxRefcountOrder)
    corrupt(cat("refcount_order is ", part.refcount_order));
  header.refcount_bits = 1u << part.refcount_order;
  if (part.header_bytes < kVersion3MinHeader || part.header_bytes > header.cluster_size() ||
      part.header_bytes % 8 != 0)
    corrupt(cat("its length is ", part.header_bytes, " bytes"));
  const bool type_matters = (part.incompatible & 8) != 0;
  uint8_t type = 0;
  if (part.header_bytes > kVersion3MinHeader) {
    if (reader.at_end())
      corrupt("the file ends inside it");
    type = static_cast<uint8_t>(reader.take(1)[0]);
  }
  if (type > 1)
    throw Error(Errc::Unsupported, cat("qcow2 compression type ", unsigned{type}, " is not known"));
  if (type_matters != (type != 0))
    corrupt("compression type and feature bits disagree");
  header.features.zstd = type == 1;
  return part.header_bytes;
}

// Names come from a stranger; a NUL would hide what follows it from system calls.
std::string checked_name(std::string_view text, const char* what) {
  if (text.empty() || text.find('\0') != std::string_view::npos)
    corrupt(cat("the name of the ", what, " is empty or holds a NUL byte"));
  return std::string(text);
}

void take_extensions(ByteReader reader, Qcow2Header& header) {
  while (reader.remaining() >= 8) {
    const uint32_t type = reader.read<be32>();
    const uint32_t size = reader.read<be32>();
    if (type == kEndOfExtensions)
      return;
    if (size > reader.remaining())
      corrupt(cat("extension ", type, " is ", size, " bytes long, longer than the header"));
    const std::string_view data = reader.take_text(size);
    if (type == kBackingFormat) {
      if (size > kMaxBackingFormat)
        corrupt("the name of the backing format is too long");
      header.backing_format = checked_name(data, "backing format");
    } else if (type == kExternalDataFile) {
      header.data_file = checked_name(data, "data file");
    }
    reader.skip(std::min<size_t>((8 - size % 8) % 8, reader.remaining()));
  }
}

// The extensions end where the backing name begins, or with the first cluster.
void take_names(std::span<const std::byte> start,
                const FixedPart& fixed,
                uint32_t header_bytes,
                Qcow2Header& header) {
  const auto cluster = start.first(std::min<size_t>(start.size(), header.cluster_size()));
  size_t extensions_end = cluster.size();
  if (fixed.backing_name_offset != 0) {
    const uint64_t size = fixed.backing_name_bytes;
    if (size > kMaxBackingName)
      corrupt(cat("the backing file's name is ", size, " bytes long, more than ", kMaxBackingName));
    const uint64_t end =
        checked_add<uint64_t>(fixed.backing_name_offset, size, "offset of the backing file's name");
    if (fixed.backing_name_offset < header_bytes || end > cluster.size())
      corrupt("the backing file's name lies outside the first cluster");
    const size_t offset = fixed.backing_name_offset;
    if (size != 0)
      header.backing_name =
          checked_name(ByteReader(cluster.subspan(offset, size)).take_text(size), "backing file");
    extensions_end = offset;
  }
  if (header_bytes > extensions_end)
    corrupt("the file ends inside it");
  take_extensions(ByteReader(cluster.subspan(header_bytes, extensions_end - header_bytes)), header);
}

// One L2 table describes cluster_size / 8 clusters (half as many with subclusters): the L1 table
// must cover the disk.
void check_sizes(const Qcow2Header& header, uint64_t snapshots_offset, uint64_t file_size) {
  const uint64_t l2_entry_bytes = header.features.extended_l2 ? 16 : 8;
  const uint64_t bytes_per_l2 = header.cluster_size() / l2_entry_bytes * header.cluster_size();
  const uint64_t needed =
      header.virtual_size / bytes_per_l2 + (header.virtual_size % bytes_per_l2 != 0);
  if (header.virtual_size > INT64_MAX || header.l1_entries > kMaxL1Bytes / 8)
    corrupt("the disk is larger than the format allows");
  if (header.l1_entries < needed)
    corrupt(cat("the L1 table has ", header.l1_entries, " entries, a disk of ", header.virtual_size,
                " bytes needs ", needed));
  if (header.features.extended_l2 && header.cluster_bits < 14)
    corrupt("clusters are too small for subclusters");
  check_table("L1 table", header.l1_offset, uint64_t{header.l1_entries} * 8, header, file_size);

  const uint64_t refcount_bytes = checked_mul<uint64_t>(header.refcount_table_clusters,
                                                        header.cluster_size(), "refcount table");
  if (refcount_bytes == 0 || refcount_bytes > kMaxRefcountTableBytes)
    corrupt(cat("the refcount table has ", header.refcount_table_clusters, " clusters"));
  check_table("refcount table", header.refcount_table_offset, refcount_bytes, header, file_size);

  if (header.snapshots > kMaxSnapshots)
    corrupt(cat("it counts ", header.snapshots, " snapshots"));
  if (header.snapshots != 0)
    check_table("snapshot table", snapshots_offset, 0, header, file_size);
}

}  // namespace

size_t qcow2_header_bytes(std::span<const std::byte> start) {
  return size_t{1} << read_fixed(start).cluster_bits;
}

Qcow2Header parse_qcow2_header(std::span<const std::byte> start, uint64_t file_size) {
  const FixedPart fixed = read_fixed(start);
  Qcow2Header header;
  take_fixed(fixed, header);
  uint32_t header_bytes = kQcow2FixedBytes;
  if (header.version >= 3) {
    ByteReader reader(start);
    reader.skip(kQcow2FixedBytes);
    header_bytes = take_version3(reader, header);
  }
  if (header.crypt_method > 2)
    corrupt(cat("encryption method ", header.crypt_method, " is not known"));
  take_names(start, fixed, header_bytes, header);
  check_sizes(header, fixed.snapshots_offset, file_size);
  return header;
}

}  // namespace glovebox::disk
