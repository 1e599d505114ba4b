// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/transfer_disk.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <utility>

#include "base/error.h"

namespace glovebox::calls {
namespace {

constexpr size_t kBytes = size_t{proto::kSlots} * proto::kSlotBytes;

}  // namespace

TransferDisk::TransferDisk(base::UniqueFd memory) : memory_(std::move(memory)) {
  void* const map = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
  if (map == MAP_FAILED)
    base::throw_errno("memory for the transfer of files");
  map_ = static_cast<char*>(map);
}

TransferDisk::~TransferDisk() {
  munmap(map_, kBytes);
}

std::span<char> TransferDisk::slot(uint32_t index) {
  used_ = true;
  return {map_ + size_t{index} * proto::kSlotBytes, proto::kSlotBytes};
}

std::string_view TransferDisk::piece(const proto::StoredPiece& piece) {
  const std::span<char> all = slot(piece.slot);
  return {all.data(), piece.bytes};
}

void TransferDisk::clear() noexcept {
  if (!used_)
    return;
  // It cannot fail: the memory is ours, and its size and seals allow it.
  fallocate(memory_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, kBytes);
  used_ = false;
}

}  // namespace glovebox::calls
