// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/gpt.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "daemon/formats/crc32.h"
#include "tests/unit/message_of.h"

namespace glovebox::guestd {
namespace {

// The first sectors of a disk, with checksums that are right when asked for. The header may be said
// to be another one.
class Disk {
 public:
  explicit Disk(size_t sector = 512, size_t entries = 128, size_t entry_bytes = 128)
      : sector_(sector), entries_bytes_(entries * entry_bytes) {
    bytes_.resize(sector * 2 + entries_bytes_);
    bytes_.replace(sector_, 8, "EFI PART");
    header(12, 92, 4), header(24, kFirstHeader, 8), header(72, 2, 8), header(80, entries, 4),
        header(84, entry_bytes, 4);
  }
  Disk& header(size_t offset, uint64_t value, size_t width) {
    return number(sector_ + offset, value, width);
  }
  Disk& entry(size_t index, uint64_t first, uint64_t last) {
    const size_t at = sector_ * 2 + index * 128;
    return number(at, 1, 1).number(at + 32, first, 8).number(at + 40, last, 8);
  }
  Disk& number(size_t at, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; ++i) bytes_[at + i] = static_cast<char>(value >> 8 * i);
    return *this;
  }
  Disk& sealed(size_t header_bytes = 92) {
    header(12, header_bytes, 4);
    header(88, ~crc32(bytes_.substr(sector_ * 2, entries_bytes_), 0xffffffff), 4);
    header(16, 0, 4);
    return header(16, ~crc32(bytes_.substr(sector_, header_bytes), 0xffffffff), 4);
  }
  std::optional<std::vector<GptEntry>> read() const {
    return read_gpt(
        [&](uint64_t offset, size_t count) {
          if (offset > bytes_.size() || count > bytes_.size() - offset)
            throw Error(Errc::Corrupt, "too short");
          return bytes_.substr(offset, count);
        },
        static_cast<uint32_t>(sector_), kFirstHeader);
  }

 private:
  size_t sector_, entries_bytes_;
  std::string bytes_;
};

std::string refusal(const Disk& disk) {
  return message_of([&] { disk.read(); });
}

TEST(Crc32, OfTheCheckText) {
  EXPECT_EQ(~crc32("123456789", 0xffffffff), 0xcbf43926u);
}

TEST(Gpt, EntriesByNumber) {
  const std::vector<GptEntry> expected = {{1, 2048 * 512, 4096 * 512}, {3, 8192 * 512, 8193 * 512}};
  EXPECT_EQ(Disk().entry(0, 2048, 4095).entry(2, 8192, 8192).sealed().read(), expected);
}

TEST(Gpt, LargeSectors) {
  const std::vector<GptEntry> expected = {{1, 256 * 4096, 512 * 4096}};
  EXPECT_EQ(Disk(4096).entry(0, 256, 511).sealed().read(), expected);
}

TEST(Gpt, AnEmptyTableIsOne) {
  EXPECT_EQ(Disk().sealed().read(), std::vector<GptEntry>());
}

TEST(Gpt, WhatIsNoTableIsNone) {
  Disk disk;
  disk.entry(0, 2048, 4095).sealed();
  EXPECT_EQ(Disk(disk).number(512, 'X', 1).read(), std::nullopt);  // no signature
  EXPECT_EQ(Disk(disk).header(40, 7, 8).read(), std::nullopt);     // not the checksum's header
  EXPECT_EQ(Disk(disk).header(24, 7, 8).sealed().read(), std::nullopt);  // for another sector
  EXPECT_EQ(Disk(disk).entry(5, 1, 2).read(), std::nullopt);        // not the checksum's entries
  EXPECT_EQ(Disk(disk).header(12, 20000, 4).read(), std::nullopt);  // longer than its sector
}

TEST(Gpt, AProtectiveMbrIsSignedAndHasAnEntryOfItsType) {
  std::string mbr(kMbrBytes, '\0');
  mbr.replace(510, 2, "\x55\xaa");
  EXPECT_FALSE(has_protective_mbr(mbr));
  mbr[446 + 16 + 4] = static_cast<char>(0xee);
  EXPECT_TRUE(has_protective_mbr(mbr));
  EXPECT_FALSE(has_protective_mbr(mbr.substr(1)));
  mbr[510] = 0;
  EXPECT_FALSE(has_protective_mbr(mbr));
}

TEST(Gpt, NonsenseIsAnError) {
  EXPECT_EQ(refusal(Disk().entry(0, 4095, 2048).sealed()),
            "GPT: partition 1 ends before it starts");
  EXPECT_EQ(refusal(Disk().entry(0, 1, ~uint64_t{0}).sealed()), "GPT entry is out of range");
  EXPECT_EQ(refusal(Disk().entry(0, 1, uint64_t{1} << 60).sealed()), "GPT entry is out of range");
  EXPECT_EQ(refusal(Disk().header(72, ~uint64_t{0}, 8).sealed()),
            "GPT: its entries is out of range");
  EXPECT_EQ(refusal(Disk().header(72, 1000, 8).sealed()), "too short");
}

TEST(Gpt, TheTableHasLimits) {
  EXPECT_EQ(refusal(Disk(512, 1024).sealed()), "no error");
  EXPECT_EQ(refusal(Disk(512, 1025).sealed()), "GPT: 1025 entries of 128 bytes");
  EXPECT_EQ(refusal(Disk(512, 1, 4096).sealed()), "no error");
  EXPECT_EQ(refusal(Disk(512, 1, 4097).sealed()), "GPT: 1 entries of 4097 bytes");
  EXPECT_EQ(refusal(Disk(512, 1, 127).sealed()), "GPT: 1 entries of 127 bytes");
}

TEST(Gpt, TheHeaderEndsInItsSector) {
  EXPECT_TRUE(Disk().sealed(512).read());
  EXPECT_FALSE(Disk().sealed(513).read());
  EXPECT_FALSE(Disk().sealed(91).read());
}

}  // namespace
}  // namespace glovebox::guestd
