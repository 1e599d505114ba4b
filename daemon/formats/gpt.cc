// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/gpt.h"

#include <algorithm>
#include <array>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/checked.h"
#include "base/error.h"
#include "daemon/formats/crc32.h"

namespace glovebox::guestd {
namespace {

using base::le32;
using base::le64;

constexpr size_t kMbrEntries = 446, kMbrEntryBytes = 16, kMbrTypeAt = 4;
constexpr char kProtective = static_cast<char>(0xee);
constexpr std::string_view kMbrSignature = "\x55\xaa";
constexpr std::string_view kSignature = "EFI PART";
constexpr uint32_t kMostEntries = 1024;
constexpr uint32_t kLargestEntry = 4096;
constexpr uint32_t kCrcStart = 0xffffffff;
constexpr size_t kCrcAt = 16;

struct Header {
  std::array<char, 8> signature;
  le32 revision, header_bytes, crc, reserved;
  le64 own_sector, other_sector, first_usable, last_usable;
  std::array<char, 16> disk_guid;
  le64 entries_sector;
  le32 entries, entry_bytes, entries_crc;
};
static_assert(sizeof(Header) == 92);

struct Entry {
  std::array<char, 16> type_guid, guid;
  le64 first_sector, last_sector;
  std::array<char, 80> rest;
};
static_assert(sizeof(Entry) == 128);

uint32_t gpt_crc(std::string_view bytes) {
  return ~crc32(bytes, kCrcStart);
}

// The checksum is of the header with zeros in its own place.
bool is_whole(std::string sector, const Header& header) {
  if (header.header_bytes < sizeof(Header) || header.header_bytes > sector.size())
    return false;
  std::fill_n(sector.begin() + kCrcAt, sizeof header.crc, '\0');
  return gpt_crc(std::string_view(sector).substr(0, header.header_bytes)) == header.crc;
}

void check_sizes(const Header& header) {
  if (header.entries > kMostEntries || header.entry_bytes < sizeof(Entry) ||
      header.entry_bytes > kLargestEntry)
    throw Error(Errc::Corrupt,
                base::cat("GPT: ", header.entries, " entries of ", header.entry_bytes, " bytes"));
}

bool is_in_use(const Entry& entry) {
  return std::any_of(entry.type_guid.begin(), entry.type_guid.end(), [](char c) { return c != 0; });
}

GptEntry entry_of(const Entry& entry, uint32_t number, uint64_t sector_bytes) {
  constexpr const char* kWhat = "GPT entry";
  if (entry.last_sector < entry.first_sector)
    throw Error(Errc::Corrupt, base::cat("GPT: partition ", number, " ends before it starts"));
  const uint64_t end = base::checked_add<uint64_t>(entry.last_sector, 1, kWhat);
  return {number, base::checked_mul<uint64_t>(entry.first_sector, sector_bytes, kWhat),
          base::checked_mul<uint64_t>(end, sector_bytes, kWhat)};
}

}  // namespace

bool has_protective_mbr(std::string_view mbr) {
  if (mbr.size() != kMbrBytes || !mbr.ends_with(kMbrSignature))
    return false;
  for (size_t i = 0; i < 4; ++i)
    if (mbr[kMbrEntries + i * kMbrEntryBytes + kMbrTypeAt] == kProtective)
      return true;
  return false;
}

std::optional<std::vector<GptEntry>> read_gpt(const DiskReader& read,
                                              uint32_t sector_bytes,
                                              uint64_t header_sector) {
  const std::string sector = read(
      base::checked_mul<uint64_t>(header_sector, sector_bytes, "GPT: its header"), sector_bytes);
  const auto header = base::ByteReader(sector).read<Header>();
  if (!sector.starts_with(kSignature) || !is_whole(sector, header) ||
      header.own_sector != header_sector)
    return std::nullopt;
  check_sizes(header);
  const std::string bytes =
      read(base::checked_mul<uint64_t>(header.entries_sector, sector_bytes, "GPT: its entries"),
           size_t{header.entries} * header.entry_bytes);
  if (gpt_crc(bytes) != header.entries_crc)
    return std::nullopt;
  std::vector<GptEntry> result;
  for (uint32_t i = 0; i < header.entries; ++i) {
    const auto entry =
        base::ByteReader(std::string_view(bytes).substr(size_t{i} * header.entry_bytes))
            .read<Entry>();
    if (is_in_use(entry))
      result.push_back(entry_of(entry, i + 1, sector_bytes));
  }
  return result;
}

}  // namespace glovebox::guestd
