// SPDX-License-Identifier: GPL-2.0-or-later
//
// A sound qcow2 header to damage, byte by byte, in tests: version 3, 64 KiB clusters, a 1 GiB disk.
// The fields are those of docs/interop/qcow2.rst, written out here so that the parser is not tested
// with its own struct.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace glovebox::disk {

class Qcow2Bytes {
 public:
  Qcow2Bytes() : bytes_(65536, '\0') {
    put32(0, 0x514649fb);
    version(3);
    put32(20, 16);                 // cluster_bits
    put64(24, uint64_t{1} << 30);  // size
    put32(36, 2);                  // L1 entries: each covers 512 MiB
    put64(40, 0x30000);            // L1 table
    put64(48, 0x10000);            // refcount table
    put32(56, 1);                  // its clusters
    put32(96, 4);                  // refcount_order
    put32(100, 104);               // header length
  }

  Qcow2Bytes& put32(size_t at, uint32_t value) { return put(at, value, 4); }
  Qcow2Bytes& put64(size_t at, uint64_t value) { return put(at, value, 8); }
  Qcow2Bytes& put_text(size_t at, const std::string& text) {
    bytes_.replace(at, text.size(), text);
    return *this;
  }
  Qcow2Bytes& version(uint32_t value) { return put32(4, value); }
  Qcow2Bytes& features(uint64_t bits) { return put64(72, bits); }
  Qcow2Bytes& extension(size_t at, uint32_t type, const std::string& data) {
    return put32(at, type).put32(at + 4, static_cast<uint32_t>(data.size())).put_text(at + 8, data);
  }
  Qcow2Bytes& backing(const std::string& name, size_t at = 0x1000) {
    return put64(8, at).put32(16, static_cast<uint32_t>(name.size())).put_text(at, name);
  }
  Qcow2Bytes& shrink(size_t size) {
    bytes_.resize(size);
    return *this;
  }

  std::span<const std::byte> span() const { return std::as_bytes(std::span(bytes_)); }
  const std::string& text() const { return bytes_; }

 private:
  Qcow2Bytes& put(size_t at, uint64_t value, size_t count) {
    for (size_t i = 0; i < count; ++i)
      bytes_.at(at + i) = static_cast<char>(value >> (8 * (count - 1 - i)));
    return *this;
  }

  std::string bytes_;
};

}  // namespace glovebox::disk
