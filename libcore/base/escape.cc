// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/escape.h"

#include <algorithm>

#include "base/cat.h"

namespace glovebox::base {
namespace {

void append_hex(std::string& out, std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  }
}

// Unicode's format characters (Cf) that are not seen, and its line and paragraph separators.
struct Range {
  char32_t first, last;
};
constexpr Range kInvisible[] = {{0xad, 0xad},       {0x61c, 0x61c},    {0x180e, 0x180e},
                                {0x200b, 0x200f},   {0x2028, 0x202e},  {0x2060, 0x206f},
                                {0xfeff, 0xfeff},   {0xfff9, 0xfffb},  {0x1bca0, 0x1bca3},
                                {0x1d173, 0x1d17a}, {0xe0000, 0xe007f}};
constexpr std::string_view kInvisibleLeads = "\xc2\xd8\xe1\xe2\xef\xf0\xf3";  // in UTF-8

bool is_invisible(char32_t character) {
  return std::any_of(std::begin(kInvisible), std::end(kInvisible), [&](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

// Of a well-formed sequence, or of one byte.
char32_t code_point(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1)
    return byte(0);
  char32_t result = byte(0) & (0x7f >> sequence.size());
  for (size_t i = 1; i < sequence.size(); ++i) result = result << 6 | (byte(i) & 0x3f);
  return result;
}

std::string utf8(char32_t character) {
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | ((character >> shift) & 0x3f));
  };
  if (character < 0x800)
    return {static_cast<char>(0xc0 | character >> 6), tail(0)};
  if (character < 0x10000)
    return {static_cast<char>(0xe0 | character >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | character >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xc2 && lead <= 0xdf)
    return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

std::string escape_controls(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = utf8_sequence(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    const bool c1_control =
        length == 2 && lead == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
    if (length == 0 || lead < 0x20 || lead == 0x7f || c1_control)
      append_hex(out, text.substr(0, length == 0 ? 1 : length));
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string escape(std::string_view text) {
  return replace_invisible(escape_controls(text), [](char32_t character) {
    std::string out;
    append_hex(out, utf8(character));
    return out;
  });
}

std::string escape_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t plain = std::min(text.find_first_of("\n\t"), text.size());
    out += escape(text.substr(0, plain));
    text.remove_prefix(plain);
    if (!text.empty()) {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string replace_invisible(std::string_view text,
                              const std::function<std::string(char32_t)>& replacement) {
  std::string out;
  while (!text.empty()) {
    const size_t plain = text.find_first_of(kInvisibleLeads);
    out.append(text.substr(0, plain));
    if (plain == std::string_view::npos)
      break;
    text.remove_prefix(plain);
    const size_t length = std::max<size_t>(utf8_sequence(text), 1);
    const char32_t character = code_point(text.substr(0, length));
    if (is_invisible(character))
      out += replacement(character);
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

std::string json_escape(char32_t character) {
  constexpr char kHex[] = "0123456789abcdef";
  if (character > 0xffff)  // RFC 8259: two halves
    return json_escape(0xd800 + ((character - 0x10000) >> 10)) +
           json_escape(0xdc00 + (character & 0x3ff));
  std::string out = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(character >> shift) & 15];
  return out;
}

}  // namespace glovebox::base
