// SPDX-License-Identifier: LGPL-2.1-or-later
#include "proto/xdr.h"

#include <bit>
#include <limits>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::proto {
namespace {

// Bytes that bring a length to a multiple of four.
size_t padding(size_t length) {
  return (4 - length % 4) % 4;
}

uint32_t length_word(size_t length) {
  if (length > std::numeric_limits<uint32_t>::max())
    throw Error(Errc::Usage, base::cat(length, " bytes do not fit into a message"));
  return static_cast<uint32_t>(length);
}

}  // namespace

void XdrWriter::uint32(uint32_t value) {
  const char bytes[] = {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                        static_cast<char>(value >> 8), static_cast<char>(value)};
  bytes_.append(bytes, sizeof bytes);
}

void XdrWriter::uint64(uint64_t value) {
  uint32(static_cast<uint32_t>(value >> 32));
  uint32(static_cast<uint32_t>(value));
}

void XdrWriter::float32(float value) {
  uint32(std::bit_cast<uint32_t>(value));
}

void XdrWriter::pad() {
  bytes_.append(padding(bytes_.size()), '\0');
}

void XdrWriter::opaque(std::string_view bytes) {
  uint32(length_word(bytes.size()));
  bytes_.append(bytes);
  pad();
}

void XdrWriter::fixed_opaque(std::string_view bytes, size_t size) {
  if (bytes.size() != size)
    throw Error(Errc::Usage,
                base::cat("a text of ", size, " bytes is needed, not of ", bytes.size()));
  bytes_.append(bytes);
  pad();
}

void XdrWriter::string(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    throw Error(Errc::Usage, base::cat("text with a zero byte: ", base::escape(text)));
  opaque(text);
}

void XdrWriter::optional_string(const std::optional<std::string>& text) {
  boolean(text.has_value());
  if (text)
    string(*text);
}

void XdrWriter::strings(const std::vector<std::string>& list) {
  uint32(length_word(list.size()));
  for (const std::string& text : list) string(text);
}

void XdrWriter::pairs(const StringPairs& list) {
  uint32(length_word(2 * list.size()));
  for (const auto& [key, value] : list) {
    string(key);
    string(value);
  }
}

void XdrReader::corrupt(const std::string& what) const {
  throw Error(Errc::Corrupt, base::cat(what, " at offset ", at_));
}

std::string_view XdrReader::take(size_t count) {
  if (count > remaining())
    corrupt(base::cat("data ends ", count - remaining(), " bytes too early"));
  const std::string_view result = bytes_.substr(at_, count);
  at_ += count;
  return result;
}

uint32_t XdrReader::uint32() {
  uint32_t value = 0;
  for (const char byte : take(4)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

uint64_t XdrReader::uint64() {
  const uint64_t high = uint32();
  return high << 32 | uint32();
}

float XdrReader::float32() {
  return std::bit_cast<float>(uint32());
}

bool XdrReader::boolean() {
  const uint32_t value = uint32();
  if (value > 1)
    corrupt(base::cat("truth value ", value));
  return value == 1;
}

char XdrReader::character() {
  const uint32_t value = uint32();
  if (value > 0xff)
    corrupt(base::cat("character ", value));
  return static_cast<char>(value);
}

std::string_view XdrReader::opaque(size_t max_bytes) {
  const uint32_t length = uint32();
  if (length > max_bytes)
    corrupt(base::cat("length ", length, " where at most ", max_bytes, " are allowed"));
  return fixed_opaque(length);
}

std::string_view XdrReader::fixed_opaque(size_t size) {
  const std::string_view bytes = take(size);
  for (const char byte : take(padding(size)))
    if (byte != 0)
      corrupt("padding that is not zero");
  return bytes;
}

std::string XdrReader::string(size_t max_bytes) {
  const std::string_view text = opaque(max_bytes);
  if (text.find('\0') != std::string_view::npos)
    corrupt("text with a zero byte");
  return std::string(text);
}

uint32_t XdrReader::count(size_t least_size) {
  const uint32_t value = uint32();
  if (value > remaining() / least_size)
    corrupt(base::cat("count ", value, " with ", remaining(), " bytes left"));
  return value;
}

std::optional<std::string> XdrReader::optional_string() {
  if (!boolean())
    return std::nullopt;
  return string();
}

std::vector<std::string> XdrReader::strings() {
  std::vector<std::string> list(count(4));
  for (std::string& text : list) text = string();
  return list;
}

StringPairs XdrReader::pairs() {
  const uint32_t words = count(4);
  if (words % 2 != 0)
    corrupt(base::cat("hashtable of ", words, " strings"));
  StringPairs list(words / 2);
  for (auto& [key, value] : list) {
    key = string();
    value = string();
  }
  return list;
}

void XdrReader::finish() const {
  if (!at_end())
    corrupt(base::cat(remaining(), " bytes too many"));
}

}  // namespace glovebox::proto
