// SPDX-License-Identifier: GPL-2.0-or-later
// A disk with the input as its first sectors; in every other one the header's place and the
// checksums are made right: a guest can do so, too.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "daemon/formats/crc32.h"
#include "daemon/formats/gpt.h"

using namespace glovebox;

namespace {

constexpr size_t kSector = 512, kCrcAt = kSector + 16, kPlaceAt = kSector + 24,
                 kEntriesCrcAt = kSector + 88;

void put(std::string& disk, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) disk[at + i] = static_cast<char>(value >> 8 * i);
}

void make_right(std::string& disk, size_t entries_bytes) {
  put(disk, kPlaceAt, guestd::kFirstHeader);
  put(disk, kPlaceAt + 4, 0);
  put(disk, kEntriesCrcAt, ~guestd::crc32(disk.substr(2 * kSector, entries_bytes), 0xffffffff));
  put(disk, kCrcAt, 0);
  put(disk, kCrcAt, ~guestd::crc32(disk.substr(kSector, 92), 0xffffffff));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string disk(reinterpret_cast<const char*>(data), size);
  if (size > 2 * kSector && (data[0] & 1) != 0)
    make_right(disk, std::min<size_t>(128 * 128, size - 2 * kSector));
  const guestd::DiskReader read = [&](uint64_t offset, size_t count) {
    if (offset > size || count > size - offset)
      throw Error(Errc::Corrupt, "too short");
    return disk.substr(offset, count);
  };
  guestd::has_protective_mbr(disk.substr(0, guestd::kMbrBytes));
  try {
    const auto entries = guestd::read_gpt(read, kSector, guestd::kFirstHeader);
    if (!entries)
      return 0;
    for (const guestd::GptEntry& entry : *entries)
      if (entry.start_bytes >= entry.end_bytes)
        std::abort();
  } catch (const Error&) {
    return 0;  // the documented answer to damage
  }
  return 0;
}
