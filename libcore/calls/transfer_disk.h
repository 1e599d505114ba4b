// SPDX-License-Identifier: LGPL-2.1-or-later
//
// TransferDisk: the host's side of the disk that carries the large pieces of files (see
// proto/message.h). The appliance has it as a drive; here it is memory without a name, mapped. What
// the appliance puts there is foreign, and may change while it is read. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/unique_fd.h"
#include "proto/message.h"

namespace glovebox::calls {

class TransferDisk {
 public:
  // `memory`: a memfd of at least kBytes whose size is sealed, as vm::make_transfer_memory() gives.
  explicit TransferDisk(base::UniqueFd memory);
  ~TransferDisk();
  TransferDisk(const TransferDisk&) = delete;
  TransferDisk& operator=(const TransferDisk&) = delete;

  std::span<char> slot(uint32_t index);
  std::string_view piece(const proto::StoredPiece& piece);

  // Makes it empty if it was used: it costs no memory at rest, and nothing in the appliance that
  // looks for volumes finds one here.
  void clear() noexcept;

 private:
  base::UniqueFd memory_;
  char* map_;
  bool used_ = false;
};

}  // namespace glovebox::calls
