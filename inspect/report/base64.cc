// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/report/base64.h"

#include <cstdint>

namespace glovebox::inspect {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0u);
    for (size_t i = 0; i < 4; ++i)
      out += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  size_t digits = 0;
  for (const char c : text) {
    if (c == '=')
      break;
    const size_t value = kDigits.find(c);
    if (value == std::string_view::npos)
      return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    ++digits;
    if (digits % 4 == 0)
      out += {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
  }
  if (digits % 4 == 3)
    out += {static_cast<char>(bits >> 10), static_cast<char>(bits >> 2)};
  if (digits % 4 == 2)
    out += static_cast<char>(bits >> 4);
  // Stray bits, missing padding and text after it all show as another encoding of the same bytes.
  if (base64_encode(out) != text)
    return std::nullopt;
  return out;
}

}  // namespace glovebox::inspect
