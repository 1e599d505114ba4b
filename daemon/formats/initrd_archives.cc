// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/initrd_archives.h"

#include <optional>
#include <string_view>

#include "base/number_text.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxArchives = 64;
constexpr uint64_t kMaxPaddingBytes = 1 << 20;
constexpr size_t kBlockBytes = 4096;

// A header of cpio's "newc" form: a magic number, then numbers of eight hexadecimal digits.
constexpr size_t kMagicBytes = 6;
constexpr size_t kDigits = 8;
constexpr size_t kFileSize = 6;   // the numbers' places
constexpr size_t kNameSize = 11;  // with the NUL at the end
constexpr size_t kHeaderBytes = kMagicBytes + 13 * kDigits;
constexpr size_t kMaxNameBytes = 4096;
constexpr std::string_view kTrailer("TRAILER!!!\0", 11);

std::optional<uint64_t> number(std::string_view header, size_t place) {
  return base::parse_number<uint32_t>(header.substr(kMagicBytes + place * kDigits, kDigits), 16);
}

uint64_t aligned(uint64_t offset) {
  return (offset + 3) & ~uint64_t{3};
}

// The offset behind its trailer.
std::optional<uint64_t> end_of_archive(const FileReader& read, uint64_t start) {
  for (uint64_t at = 0;;) {  // counted from the start, as the alignment is
    const std::string header = read(start + at, kHeaderBytes);
    if (header.size() < kHeaderBytes ||
        !(header.starts_with("070701") || header.starts_with("070702")))
      return std::nullopt;
    const std::optional<uint64_t> size = number(header, kFileSize);
    const std::optional<uint64_t> name_size = number(header, kNameSize);
    if (!size || !name_size || *name_size > kMaxNameBytes)
      return std::nullopt;
    const uint64_t data = aligned(at + kHeaderBytes + *name_size);
    if (read(start + at + kHeaderBytes, *name_size) == kTrailer)
      return start + data;
    at = aligned(data + *size);
  }
}

// The offset of the next byte that is no padding.
std::optional<uint64_t> skip_zeroes(const FileReader& read, uint64_t from) {
  for (uint64_t at = from; at - from < kMaxPaddingBytes; at += kBlockBytes) {
    const std::string block = read(at, kBlockBytes);
    if (const size_t found = block.find_first_not_of('\0'); found != std::string::npos)
      return at + found;
    if (block.size() < kBlockBytes)
      break;
  }
  return std::nullopt;
}

}  // namespace

std::vector<uint64_t> find_archives(const FileReader& read) {
  std::vector<uint64_t> starts = {0};
  while (starts.size() < kMaxArchives) {
    const std::optional<uint64_t> end = end_of_archive(read, starts.back());
    const std::optional<uint64_t> next = end ? skip_zeroes(read, *end) : std::nullopt;
    if (!next)
      break;
    starts.push_back(*next);
  }
  return starts;
}

}  // namespace glovebox::guestd
