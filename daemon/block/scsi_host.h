// SPDX-License-Identifier: GPL-2.0-or-later
//
// The virtio SCSI host that the library plugs drives into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace glovebox::guestd {

class ScsiHost {
 public:
  ScsiHost();  // finds it; where there is none, scan() does nothing

  // Asks the kernel to look at an address. It may have missed that a drive was plugged there.
  void scan(uint32_t target, uint32_t lun) const;

 private:
  std::optional<uint32_t> number_;
};

// Settings of a fresh disk: fewer, larger reads, and no command given up because the host is busy.
void tune_disk(const std::string& node, const std::string& kernel_name);

// Makes the kernel release a disk: it writes back the disk's cache and returns when the disk is
// gone. Throws System.
void delete_disk(const std::string& kernel_name);

}  // namespace glovebox::guestd
