// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a GUID partition table says, also where it cannot be true: the kernel and libblkid do not
// believe a table that names sectors behind the end of the disk, which is what is left of an image
// that was cut short. UEFI specification, section 5.3. Foreign bytes; pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace glovebox::guestd {

struct GptEntry {
  uint32_t number = 0;
  uint64_t start_bytes = 0;
  uint64_t end_bytes = 0;  // of the first byte behind it
  bool operator==(const GptEntry&) const = default;
};

// Reads `count` bytes of the disk at `offset`; throws if they are not all there.
using DiskReader = std::function<std::string(uint64_t offset, size_t count)>;

// The entries in use, by number; none unless the disk has a protective MBR, and the first header
// and its entries have their checksums. Whatever else is wrong with them is Error(Corrupt).
std::vector<GptEntry> read_gpt(const DiskReader& read, uint32_t sector_bytes);

}  // namespace glovebox::guestd
