// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/transfer_disk.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kBlock = 4096;  // a multiple of every device's

off_t offset_of(const proto::StoredPiece& piece) {
  return off_t{piece.slot} * proto::kSlotBytes;
}

size_t whole_blocks(uint32_t bytes) {
  return (size_t{bytes} + kBlock - 1) / kBlock * kBlock;
}

}  // namespace

TransferDisk::TransferDisk(base::UniqueFd disk) : disk_(std::move(disk)) {
  void* const memory = mmap(nullptr, proto::kSlotBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED)
    base::throw_errno("buffer of the transfer disk");
  buffer_ = static_cast<char*>(memory);
}

TransferDisk::~TransferDisk() {
  munmap(buffer_, proto::kSlotBytes);
}

std::string_view TransferDisk::load(const proto::StoredPiece& piece) {
  const ssize_t count = pread(disk_.get(), buffer_, whole_blocks(piece.bytes), offset_of(piece));
  if (count < static_cast<ssize_t>(piece.bytes))
    base::throw_errno("transfer disk: read", count < 0 ? errno : EIO);
  return {buffer_, piece.bytes};
}

void TransferDisk::store(const proto::StoredPiece& piece) {
  const ssize_t count = pwrite(disk_.get(), buffer_, whole_blocks(piece.bytes), offset_of(piece));
  if (count < static_cast<ssize_t>(piece.bytes))
    base::throw_errno("transfer disk: write", count < 0 ? errno : EIO);
}

}  // namespace glovebox::guestd
