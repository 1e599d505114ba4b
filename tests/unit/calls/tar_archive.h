// SPDX-License-Identifier: GPL-2.0-or-later
//
// Archives as GNU tar writes them, and as nobody writes them, for tests.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "calls/tar_reader.h"

namespace glovebox::calls {

inline void put(std::string& block, size_t at, std::string_view text) {
  block.replace(at, text.size(), text);
}

inline std::string octal(uint64_t value, int digits) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%0*llo", digits, static_cast<unsigned long long>(value));
  return text.data();
}

// The sum of the header that begins there, put where it belongs.
inline void fix_checksum(std::string& archive, size_t at = 0) {
  put(archive, at + 148, "        ");
  unsigned sum = 0;
  for (size_t i = 0; i < TarReader::kBlock; ++i) sum += static_cast<unsigned char>(archive[at + i]);
  put(archive, at + 148, octal(sum, 6) + std::string("\0 ", 2));
}

inline std::string padded(std::string content) {
  content.resize((content.size() + TarReader::kBlock - 1) / TarReader::kBlock * TarReader::kBlock);
  return content;
}

// A header alone; long names are not looked after.
inline std::string tar_header(char type, const TarMember& member) {
  std::string block(TarReader::kBlock, '\0');
  put(block, 0, member.name.substr(0, 100));
  put(block, 100, octal(member.mode, 7));
  put(block, 108, octal(member.uid, 7));
  put(block, 116, octal(member.gid, 7));
  put(block, 124, octal(member.size, 11));
  put(block, 136, octal(static_cast<uint64_t>(member.mtime), 11));
  block[156] = type;
  put(block, 157, member.link.substr(0, 100));
  put(block, 257, "ustar  ");
  put(block, 265, member.user);
  put(block, 297, member.group);
  put(block, 329, octal(member.major, 7));
  put(block, 337, octal(member.minor, 7));
  fix_checksum(block);
  return block;
}

inline char tar_type(TarMember::Kind kind) {
  return "0123456"[static_cast<size_t>(kind)];
}

// A member with its content, and with the records of a long name before it.
inline std::string tar_member(TarMember member, std::string_view content = "") {
  std::string bytes;
  const auto add_long = [&](char type, const std::string& name) {
    if (name.size() > 100)
      bytes += tar_header(type, {.name = "././@LongLink", .size = name.size() + 1}) +
               padded(name + '\0');
  };
  add_long('K', member.link);
  add_long('L', member.name);
  member.size = content.size();
  return bytes + tar_header(tar_type(member.kind), member) + padded(std::string(content));
}

inline std::string tar_end() {
  return std::string(2 * TarReader::kBlock, '\0');
}

}  // namespace glovebox::calls
