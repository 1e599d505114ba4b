// SPDX-License-Identifier: GPL-2.0-or-later
//
// CRC-32 with the reflected polynomial of IEEE 802.3, as LVM2 and GPT use it; they differ in where
// it starts and in whether the result is inverted. A pure function.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace glovebox::guestd {

constexpr std::array<uint32_t, 256> make_crc32_table() {
  constexpr uint32_t kPolynomial = 0xedb88320;
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ kPolynomial : value >> 1;
    table[byte] = value;
  }
  return table;
}

inline constexpr auto kCrc32Table = make_crc32_table();

constexpr uint32_t crc32(std::string_view bytes, uint32_t start) {
  uint32_t crc = start;
  for (const char c : bytes) crc = crc >> 8 ^ kCrc32Table[(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return crc;
}

}  // namespace glovebox::guestd
