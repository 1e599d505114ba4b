// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The header of a qcow2 image, versions 2 and 3: bytes in, struct out. Everything is checked that
// qemu would trust: sizes, offsets against the file's end, feature bits. Format:
// docs/interop/qcow2.rst of qemu.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace glovebox::disk {

// The incompatible feature bits that have a meaning.
struct Qcow2Features {
  bool dirty = false;    // refcounts may be stale; qemu rebuilds them when it opens for writing
  bool corrupt = false;  // qemu found damage and refuses to write
  bool external_data_file = false;
  bool zstd = false;
  bool extended_l2 = false;
  bool operator==(const Qcow2Features&) const = default;
};

struct Qcow2Header {
  uint32_t version = 0;
  uint32_t cluster_bits = 0;
  uint64_t virtual_size = 0;
  uint32_t crypt_method = 0;  // 0 none, 1 AES, 2 LUKS
  uint64_t l1_offset = 0;
  uint32_t l1_entries = 0;
  uint64_t refcount_table_offset = 0;
  uint32_t refcount_table_clusters = 0;
  uint32_t refcount_bits = 16;
  uint32_t snapshots = 0;
  Qcow2Features features;
  std::string backing_name;    // as written in the header; empty if there is none
  std::string backing_format;  // as written; empty if not recorded
  std::string data_file;       // name of the external data file, if one is named

  uint64_t cluster_size() const { return uint64_t{1} << cluster_bits; }
  bool operator==(const Qcow2Header&) const = default;
};

inline constexpr uint32_t kMinClusterBits = 9, kMaxClusterBits = 21;
inline constexpr size_t kQcow2FixedBytes = 72;  // version 2; version 3 has more
inline constexpr size_t kMaxBackingName = 1023;

// How many bytes from the start parse_qcow2_header wants: the first cluster. Throws Corrupt.
size_t qcow2_header_bytes(std::span<const std::byte> start);

// `start` is the first cluster, or what there is of it in a shorter file. Throws Corrupt or
// Unsupported.
Qcow2Header parse_qcow2_header(std::span<const std::byte> start, uint64_t file_size);

}  // namespace glovebox::disk
