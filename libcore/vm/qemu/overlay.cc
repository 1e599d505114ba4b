// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/overlay.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/cat.h"
#include "base/checked.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

constexpr unsigned kClusterBits = 16;
constexpr uint64_t kCluster = 1u << kClusterBits;
constexpr uint64_t kBytesPerL1Entry = kCluster * (kCluster / 8);  // one L2 table maps 512 MiB
constexpr uint64_t kMaxL1Bytes = 32 << 20;                        // QCOW_MAX_L1_SIZE

class BigEndianWriter {
 public:
  explicit BigEndianWriter(std::string& out) : out_(out) {}
  void u16(size_t at, uint16_t value) { put(at, value, 2); }
  void u32(size_t at, uint32_t value) { put(at, value, 4); }
  void u64(size_t at, uint64_t value) { put(at, value, 8); }

 private:
  void put(size_t at, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i)
      out_[at + i] = static_cast<char>(value >> (8 * (size - 1 - i)));
  }
  std::string& out_;
};

// Invalid, with errno, if it cannot be made.
base::UniqueFd nameless_file(const std::string& directory) {
  base::UniqueFd fd(open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd.valid() || (errno != EOPNOTSUPP && errno != EISDIR))
    return fd;
  // A file system, or a kernel, that makes none without a name (NFS, FUSE, overlays of old
  // kernels).
  std::string name = directory + "/glovebox-overlay.XXXXXX";
  fd = base::UniqueFd(mkostemp(name.data(), O_CLOEXEC));
  if (fd.valid())
    unlink(name.c_str());
  return fd;
}

}  // namespace

std::string empty_qcow2(uint64_t virtual_size_bytes) {
  const uint64_t l1_entries =
      base::checked_add(virtual_size_bytes, kBytesPerL1Entry - 1, "disk size") / kBytesPerL1Entry;
  if (l1_entries * 8 > kMaxL1Bytes)
    throw Error(Errc::Unsupported, "the disk is larger than an overlay can be (2 PiB)");
  // Cluster 0 header, 1 refcount table, 2 refcount block, 3 onwards the L1 table.
  const uint64_t l1_clusters = std::max<uint64_t>(1, (l1_entries * 8 + kCluster - 1) / kCluster);
  const uint64_t clusters = 3 + l1_clusters;
  std::string image(clusters * kCluster, '\0');
  BigEndianWriter out(image);
  out.u32(0, 0x514649fb);  // "QFI\xfb"
  out.u32(4, 3);
  out.u32(20, kClusterBits);
  out.u64(24, virtual_size_bytes);
  out.u32(36, static_cast<uint32_t>(l1_entries));
  out.u64(40, 3 * kCluster);
  out.u64(48, 1 * kCluster);
  out.u32(56, 1);     // clusters of refcount table
  out.u32(96, 4);     // refcount order: 16 bits
  out.u32(100, 104);  // header length
  out.u64(1 * kCluster, 2 * kCluster);
  for (uint64_t i = 0; i < clusters; ++i) out.u16(2 * kCluster + 2 * i, 1);
  return image;
}

OverlayDirectory overlay_directory(const std::string& chosen) {
  if (!chosen.empty())
    return {chosen, "set_tmpdir"};
  for (const char* variable : {"LIBGUESTFS_TMPDIR", "TMPDIR"})
    if (const char* directory = std::getenv(variable); directory && *directory)
      return {directory, variable};
  return {"/tmp", ""};
}

base::UniqueFd make_overlay(uint64_t virtual_size_bytes, const OverlayDirectory& directory) {
  const std::string where = base::escape(directory.path);
  base::UniqueFd fd = nameless_file(directory.path);
  if (!fd.valid() && !directory.named_by.empty())
    base::throw_errno(
        base::cat(where, " (", directory.named_by,
                  "): the throw-away layer of a read-only drive cannot be made there"),
        errno);
  const char* const in = fd.valid() ? where.c_str() : "memory";
  if (!fd.valid())
    fd = base::make_memfd("glovebox-overlay");
  base::write_all(fd.get(), empty_qcow2(virtual_size_bytes),
                  base::cat("the throw-away layer of a read-only drive in ", in));
  return fd;
}

}  // namespace glovebox::vm
