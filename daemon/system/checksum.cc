// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/system/checksum.h"

#include <linux/if_alg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr std::string_view kKernelTypes[] = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"};
constexpr size_t kBlockBytes = 64 << 10;
constexpr size_t kMaxDigestBytes = 64;
constexpr uint32_t kPosixPolynomial = 0x04C11DB7;

constexpr std::array<uint32_t, 256> make_crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i << 24;
    for (int bit = 0; bit < 8; ++bit)
      value = value & 0x80000000 ? value << 1 ^ kPosixPolynomial : value << 1;
    table[i] = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

uint32_t crc_step(uint32_t crc, uint8_t byte) {
  return crc << 8 ^ kCrcTable[crc >> 24 ^ byte];
}

base::UniqueFd bind_algorithm(const std::string& type) {
  base::UniqueFd fd(::socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_alg address = {};
  address.salg_family = AF_ALG;
  memcpy(address.salg_type, "hash", sizeof "hash");
  memcpy(address.salg_name, type.c_str(), type.size() + 1);
  if (!fd.valid() ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    base::throw_errno(type);
  return fd;
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    text.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return text;
}

template <typename Take>
void read_to_end(int fd,
                 const std::string& name,
                 const std::function<void(uint64_t)>& progress,
                 Take&& take) {
  std::array<char, kBlockBytes> block;
  for (uint64_t done = 0;;) {
    const ssize_t count = ::read(fd, block.data(), block.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      base::throw_errno(name);
    if (count == 0)
      return;
    take(std::string_view(block.data(), static_cast<size_t>(count)));
    done += static_cast<uint64_t>(count);
    progress(done);
  }
}

}  // namespace

Checksum::Checksum(const std::string& type) {
  if (type == "crc")
    return;
  for (const std::string_view known : kKernelTypes)
    if (type == known) {
      algorithm_ = bind_algorithm(type);
      return;
    }
  throw Error(
      Errc::Usage,
      base::cat(base::escape(type),
                ": unknown checksum type, expecting crc|md5|sha1|sha224|sha256|sha384|sha512"),
      EINVAL);
}

std::string Checksum::of(int fd,
                         const std::string& name,
                         const std::function<void(uint64_t)>& progress) const {
  if (!algorithm_.valid()) {
    PosixCrc crc;
    read_to_end(fd, name, progress, [&](std::string_view bytes) { crc.add(bytes); });
    return std::to_string(crc.result());
  }
  const base::UniqueFd operation(::accept4(algorithm_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!operation.valid())
    base::throw_errno("hash operation");
  read_to_end(fd, name, progress, [&](std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(operation.get(), bytes.data(), bytes.size(), MSG_MORE);
      if (sent < 0 && errno != EINTR)
        base::throw_errno("hashing");
      bytes.remove_prefix(sent < 0 ? 0 : static_cast<size_t>(sent));
    }
  });
  std::array<char, kMaxDigestBytes> digest;
  const ssize_t length = ::read(operation.get(), digest.data(), digest.size());
  if (length <= 0)
    base::throw_errno("hashing");
  return to_hex({digest.data(), static_cast<size_t>(length)});
}

void PosixCrc::add(std::string_view bytes) {
  for (const char c : bytes) crc_ = crc_step(crc_, static_cast<uint8_t>(c));
  length_ += bytes.size();
}

uint32_t PosixCrc::result() const {
  uint32_t crc = crc_;
  for (uint64_t rest = length_; rest != 0; rest >>= 8)
    crc = crc_step(crc, static_cast<uint8_t>(rest));
  return ~crc;
}

}  // namespace glovebox::guestd
