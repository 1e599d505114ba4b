// SPDX-License-Identifier: GPL-2.0-or-later
//
// TransferDisk: guestd's side of the disk that carries the large pieces of files (proto/message.h).
// virtio-serial copies every byte through the emulated CPU, 4 KiB at a time; qemu reads and writes
// a disk straight from guestd's memory. So all of it is O_DIRECT, through one buffer of a slot's
// size. For the call's own thread.
#pragma once

#include <span>
#include <string_view>

#include "base/unique_fd.h"
#include "proto/message.h"

namespace glovebox::guestd {

class TransferDisk {
 public:
  // `disk`: the block device, open O_RDWR | O_DIRECT; in tests, any file of its size.
  explicit TransferDisk(base::UniqueFd disk);
  ~TransferDisk();
  TransferDisk(const TransferDisk&) = delete;
  TransferDisk& operator=(const TransferDisk&) = delete;

  // kSlotBytes, aligned for direct I/O on any device.
  std::span<char> buffer() { return {buffer_, proto::kSlotBytes}; }

  // Reads the piece into the buffer.
  std::string_view load(const proto::StoredPiece& piece);
  // Writes the first bytes of the buffer.
  void store(const proto::StoredPiece& piece);

 private:
  base::UniqueFd disk_;
  char* buffer_;
};

}  // namespace glovebox::guestd
