// SPDX-License-Identifier: LGPL-2.1-or-later
//
// XDR (RFC 4506), the coding of everything inside a message. XdrWriter appends to a string that it
// owns. XdrReader walks foreign bytes, which it borrows: each length and count is compared with
// what is left before it is used, padding must be zero, booleans 0 or 1, strings free of zero
// bytes; anything else is Error(Corrupt) with the offset. Values; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glovebox::proto {

using StringPairs = std::vector<std::pair<std::string, std::string>>;

class XdrWriter {
 public:
  void uint32(uint32_t value);
  void int32(int32_t value) { uint32(static_cast<uint32_t>(value)); }
  void uint64(uint64_t value);
  void int64(int64_t value) { uint64(static_cast<uint64_t>(value)); }
  void float32(float value);
  void boolean(bool value) { uint32(value ? 1 : 0); }
  void character(char value) { uint32(static_cast<unsigned char>(value)); }
  // Length, bytes, padding.
  void opaque(std::string_view bytes);
  // Bytes and padding; Error(Usage) unless there are exactly `size` of them.
  void fixed_opaque(std::string_view bytes, size_t size);
  // Like opaque; Error(Usage) if the text holds a zero byte.
  void string(std::string_view text);
  void optional_string(const std::optional<std::string>& text);  // a boolean, then the text
  void strings(const std::vector<std::string>& list);
  // A hashtable: a list of strings, key and value in turn.
  void pairs(const StringPairs& list);

  size_t size() const { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }
  std::string take() && { return std::move(bytes_); }

 private:
  void pad();
  std::string bytes_;
};

class XdrReader {
 public:
  explicit XdrReader(std::string_view bytes) : bytes_(bytes) {}

  uint32_t uint32();
  int32_t int32() { return static_cast<int32_t>(uint32()); }
  uint64_t uint64();
  int64_t int64() { return static_cast<int64_t>(uint64()); }
  float float32();
  bool boolean();
  char character();
  // The bytes are borrowed from the input.
  std::string_view opaque(size_t max_bytes = SIZE_MAX);
  std::string_view fixed_opaque(size_t size);
  std::string string(size_t max_bytes = SIZE_MAX);
  std::optional<std::string> optional_string();
  std::vector<std::string> strings();
  StringPairs pairs();
  // The number of elements of a list, each of which takes at least `least_size` bytes.
  uint32_t count(size_t least_size);

  size_t remaining() const { return bytes_.size() - at_; }
  bool at_end() const { return remaining() == 0; }
  // Error(Corrupt) if anything is left.
  void finish() const;

 private:
  std::string_view take(size_t count);
  [[noreturn]] void corrupt(const std::string& what) const;

  std::string_view bytes_;
  size_t at_ = 0;
};

// Structs are coded by overloads of write(XdrWriter&, const T&) and read(XdrReader&, T&), see
// proto/coders.h; each says how many bytes it takes at least.
template <typename T>
inline constexpr size_t kLeastWireSize = 4;

template <typename T>
void write_list(XdrWriter& out, const std::vector<T>& list) {
  out.uint32(static_cast<uint32_t>(list.size()));
  for (const T& element : list) write(out, element);
}

template <typename T>
T read_struct(XdrReader& in) {
  T value;
  read(in, value);
  return value;
}

template <typename T>
std::vector<T> read_list(XdrReader& in) {
  std::vector<T> list(in.count(kLeastWireSize<T>));
  for (T& element : list) read(in, element);
  return list;
}

}  // namespace glovebox::proto
