// SPDX-License-Identifier: GPL-2.0-or-later
//
// Checksums of open files: the kernel's hash algorithms through AF_ALG, and the CRC of cksum(1).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace glovebox::guestd {

class Checksum {
 public:
  // "crc", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"; throws Usage for another name.
  explicit Checksum(const std::string& type);

  // Of everything from the descriptor's position to its end; `progress` hears the bytes done so far
  // and may throw.
  std::string of(int fd,
                 const std::string& name,
                 const std::function<void(uint64_t)>& progress) const;

 private:
  base::UniqueFd algorithm_;  // not valid: crc
};

// cksum(1)'s CRC (POSIX), piece by piece.
class PosixCrc {
 public:
  void add(std::string_view bytes);
  uint32_t result() const;  // with the length folded in

 private:
  uint32_t crc_ = 0;
  uint64_t length_ = 0;
};

}  // namespace glovebox::guestd
