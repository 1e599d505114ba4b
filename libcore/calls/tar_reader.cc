// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/tar_reader.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::calls {
namespace {

struct Field {
  size_t at;
  size_t size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12},
    kMtime{136, 12}, kChecksum{148, 8}, kLink{157, 100}, kMagic{257, 8}, kUser{265, 32},
    kGroup{297, 32}, kMajor{329, 8}, kMinor{337, 8};
constexpr size_t kType = 156;
constexpr std::string_view kGnuMagic{"ustar  \0", 8};
constexpr uint32_t kModeBits = 07777;

[[noreturn]] void throw_damaged(const std::string& how) {
  throw Error(Errc::Corrupt, "the appliance's archive is damaged: " + how);
}

std::string_view bytes_of(std::string_view header, Field field) {
  return header.substr(field.at, field.size);
}

std::string text(std::string_view header, Field field) {
  const std::string_view bytes = bytes_of(header, field);
  return std::string(bytes.substr(0, bytes.find('\0')));
}

// Octal digits between spaces or zero bytes; or, for what does not fit, the first bit and a big
// endian number in two's complement behind it.
int64_t number(std::string_view header, Field field) {
  std::string_view bytes = bytes_of(header, field);
  uint64_t value = 0;
  if (static_cast<unsigned char>(bytes[0]) & 0x80U) {
    const bool negative = static_cast<unsigned char>(bytes[0]) == 0xff;
    if (!negative && bytes[0] != '\x80')
      throw_damaged("a number that is too large");
    value = negative ? ~uint64_t{0} : 0;
    for (const char c : bytes.substr(1)) {
      if (value >> 56U != (negative ? 0xff : 0))
        throw_damaged("a number that is too large");
      value = value << 8U | static_cast<unsigned char>(c);
    }
    if ((value >> 63U != 0) != negative)
      throw_damaged("a number that is too large");
    return static_cast<int64_t>(value);
  }
  bytes.remove_prefix(std::min(bytes.find_first_not_of(' '), bytes.size()));
  for (const char c : bytes.substr(0, bytes.find_first_of(std::string_view(" \0", 2)))) {
    if (c < '0' || c > '7')
      throw_damaged("a number that is not octal");
    value = value << 3U | static_cast<unsigned>(c - '0');  // at most 12 digits
  }
  return static_cast<int64_t>(value);
}

uint64_t unsigned_number(std::string_view header, Field field, uint64_t max) {
  const int64_t value = number(header, field);
  if (value < 0 || static_cast<uint64_t>(value) > max)
    throw_damaged("a number out of range");
  return static_cast<uint64_t>(value);
}

uint32_t word(std::string_view header, Field field) {
  return static_cast<uint32_t>(
      unsigned_number(header, field, std::numeric_limits<uint32_t>::max()));
}

// The sum of all bytes, the field itself counted as spaces.
bool checksum_fits(std::string_view header) {
  const auto add = [](int64_t sum, char c) { return sum + static_cast<unsigned char>(c); };
  const std::string_view own = bytes_of(header, kChecksum);
  const int64_t sum = std::accumulate(header.begin(), header.end(), int64_t{0}, add) -
                      std::accumulate(own.begin(), own.end(), int64_t{0}, add) +
                      static_cast<int64_t>(kChecksum.size) * ' ';
  return number(header, kChecksum) == sum;
}

TarMember::Kind kind_of(char type) {
  using Kind = TarMember::Kind;
  switch (type) {
    case '\0':
    case '0':
    case '7':
      return Kind::File;
    case '1':
      return Kind::HardLink;
    case '2':
      return Kind::SymbolicLink;
    case '3':
      return Kind::CharacterDevice;
    case '4':
      return Kind::BlockDevice;
    case '5':
      return Kind::Directory;
    case '6':
      return Kind::Fifo;
    default:
      throw_damaged(base::cat("a member of unknown type ", base::escape({&type, 1})));
  }
}

}  // namespace

void TarReader::feed(std::string_view bytes) {
  while (!bytes.empty() && !at_end_) {
    if (left_ > 0) {
      const std::string_view piece = bytes.substr(0, std::min<uint64_t>(left_, bytes.size()));
      bytes.remove_prefix(piece.size());
      left_ -= piece.size();
      take(piece);
      if (left_ == 0)
        end_of_data();
    } else if (padding_ > 0) {
      const size_t count = std::min<uint64_t>(padding_, bytes.size());
      bytes.remove_prefix(count);
      padding_ -= count;
    } else {
      const std::string_view piece = bytes.substr(0, kBlock - block_.size());
      bytes.remove_prefix(piece.size());
      block_.append(piece);
      if (block_.size() == kBlock)
        read_header(std::exchange(block_, {}));
    }
  }
}

void TarReader::finish() const {
  if (!at_end_)
    throw_damaged("it ends too early");
}

void TarReader::read_header(std::string_view block) {
  at_end_ = block.find_first_not_of('\0') == std::string_view::npos;
  if (at_end_)
    return;
  if (bytes_of(block, kMagic) != kGnuMagic || !checksum_fits(block))
    throw_damaged("an invalid header");
  const uint64_t size = unsigned_number(block, kSize, std::numeric_limits<int64_t>::max());
  const char type = block[kType];
  left_ = size;
  padding_ = (kBlock - size % kBlock) % kBlock;
  if (type == 'L' || type == 'K') {
    if (size == 0 || size > kMaxName)
      throw_damaged("a name that is too long");
    data_ = type == 'L' ? Data::LongName : Data::LongLink;
    (type == 'L' ? long_name_ : long_link_).clear();
    return;
  }
  TarMember member{.kind = kind_of(type),
                   .name = long_name_.empty() ? text(block, kName) : std::exchange(long_name_, {}),
                   .link = long_link_.empty() ? text(block, kLink) : std::exchange(long_link_, {}),
                   .mode = word(block, kMode) & kModeBits,
                   .uid = word(block, kUid),
                   .gid = word(block, kGid),
                   .user = text(block, kUser),
                   .group = text(block, kGroup),
                   .size = size,
                   .mtime = number(block, kMtime),
                   .major = word(block, kMajor),
                   .minor = word(block, kMinor)};
  if (size != 0 && member.kind != TarMember::Kind::File)
    throw_damaged("content of a member that cannot have any");
  data_ = Data::Content;
  sink_.begin(member);
  if (size == 0)
    sink_.end();
}

void TarReader::take(std::string_view piece) {
  switch (data_) {
    case Data::Content:
      return sink_.content(piece);
    case Data::LongName:
      long_name_.append(piece);
      return;
    case Data::LongLink:
      long_link_.append(piece);
      return;
  }
}

void TarReader::end_of_data() {
  if (data_ == Data::Content)
    return sink_.end();
  std::string& name = data_ == Data::LongName ? long_name_ : long_link_;
  name.resize(std::min(name.find('\0'), name.size()));
}

}  // namespace glovebox::calls
