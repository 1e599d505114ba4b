// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "tests/unit/rpc/round_trip.h"

namespace glovebox {

uint32_t Sample::uint32() {
  constexpr uint32_t kExtremes[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff};
  const uint32_t choice = static_cast<uint32_t>(random_() % 10);
  return choice < std::size(kExtremes) ? kExtremes[choice] : static_cast<uint32_t>(random_());
}

uint64_t Sample::uint64() {
  const uint64_t high = uint32();
  return high << 32 | uint32();
}

std::string Sample::string() {
  std::string text;
  for (size_t n = length(); n > 0; --n) text += static_cast<char>(1 + random_() % 255);
  return text;
}

std::string Sample::buffer() {
  std::string bytes = string();
  return boolean() ? bytes + '\0' + string() : bytes;
}

std::string Sample::uuid() {
  std::string text(32, 'a');
  for (char& c : text) c = "0123456789abcdef"[random_() % 16];
  return text;
}

std::string Sample::file() {
  std::string bytes(3 * proto::kMaxChunk / 2, 'x');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  return bytes;
}

std::optional<std::string> Sample::optional_string() {
  if (!boolean())
    return std::nullopt;
  return string();
}

std::vector<std::string> Sample::strings() {
  std::vector<std::string> list(length());
  for (std::string& text : list) text = string();
  return list;
}

proto::StringPairs Sample::pairs() {
  proto::StringPairs list(length());
  for (auto& [key, value] : list) {
    key = string();
    value = string();
  }
  return list;
}

SampleFile::SampleFile(const std::string& content) : fd_(base::make_memfd("sample")) {
  base::write_all(fd_.get(), content, "sample");
  lseek(fd_.get(), 0, SEEK_SET);
}

std::string SampleFile::content() const {
  struct stat status;
  fstat(fd_.get(), &status);
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  base::pread_some(fd_.get(), bytes.data(), bytes.size(), 0, "sample");
  return bytes;
}

std::string guestd::Appliance::read(FileInStream& stream) {
  std::string all;
  for (;;) {
    const std::string_view part = stream.next();
    if (part.empty())
      return all;
    all += part;
  }
}

}  // namespace glovebox
