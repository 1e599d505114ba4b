// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a GUID partition table says, also where it cannot be true: the kernel and libblkid do not
// believe a table that names sectors behind the end of the disk, which is what is left of an image
// that was cut short. UEFI specification, section 5.3. Foreign bytes; pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

constexpr size_t kMbrBytes = 512;
constexpr uint64_t kFirstHeader = 1;  // its sector; the copy is in the last sector of the disk

// Whether the first bytes of a disk, kMbrBytes of them, say that a GPT follows.
bool has_protective_mbr(std::string_view mbr);

// The entries in use, by number, of the header in that sector; absent unless the header is one for
// this place, and it and its entries have their checksums. Whatever else is wrong with them is
// Error(Corrupt).
std::optional<std::vector<GptEntry>> read_gpt(const DiskReader& read,
                                              uint32_t sector_bytes,
                                              uint64_t header_sector);

}  // namespace glovebox::guestd
