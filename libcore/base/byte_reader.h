// SPDX-License-Identifier: LGPL-2.1-or-later
//
// ByteReader: walks foreign bytes front to back; every read is checked against what is left and
// throws Error(Corrupt) when it does not fit. Endian integer types (be32, le64 ...): byte arrays of
// alignment 1, so that a struct of them mirrors an on-disk layout on any host. A reader borrows its
// bytes; both are values, used from one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.h"

namespace glovebox::base {

template <typename T, bool kBigEndian>
class EndianInt {
 public:
  constexpr operator T() const {
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) {
      const size_t at = kBigEndian ? i : sizeof(T) - 1 - i;
      value = static_cast<T>((static_cast<uint64_t>(value) << 8) | bytes_[at]);
    }
    return value;
  }

 private:
  std::array<uint8_t, sizeof(T)> bytes_;
};

using be16 = EndianInt<uint16_t, true>;
using be32 = EndianInt<uint32_t, true>;
using be64 = EndianInt<uint64_t, true>;
using le16 = EndianInt<uint16_t, false>;
using le32 = EndianInt<uint32_t, false>;
using le64 = EndianInt<uint64_t, false>;

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  explicit ByteReader(std::string_view bytes)
      : bytes_(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()) {}

  size_t remaining() const { return bytes_.size() - at_; }
  size_t position() const { return at_; }
  bool at_end() const { return remaining() == 0; }

  // The next `count` bytes, borrowed from the input.
  std::span<const std::byte> take(size_t count) {
    if (count > remaining())
      throw Error(Errc::Corrupt, "data ends " + std::to_string(count - remaining()) +
                                     " bytes too early at offset " + std::to_string(at_));
    const auto result = bytes_.subspan(at_, count);
    at_ += count;
    return result;
  }

  std::string_view take_text(size_t count) {
    const auto bytes = take(count);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  void skip(size_t count) { take(count); }

  // A copy of the next sizeof(T) bytes as a struct of endian integers or a plain byte-sized type.
  template <typename T>
  T read() {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) == 1);
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
  size_t at_ = 0;
};

}  // namespace glovebox::base
