// SPDX-License-Identifier: GPL-2.0-or-later
//
// Output: stdout as a series of records (a file, a listing, a document), each of which appears
// whole or not at all: what is appended stays in memory until commit() writes it, and discard()
// drops it. Only a record that passes kWholeBytes is written as it comes. A failing write (a full
// disk, a closed pipe) throws System. Used from one thread at a time; borrows the descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glovebox::tools {

inline constexpr size_t kWholeBytes = 64 << 20;

class Output {
 public:
  explicit Output(int fd, std::string name = "standard output", size_t whole_bytes = kWholeBytes);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void append(std::string_view bytes);
  void commit();
  // Drops what was appended since commit(); or since `mark` was taken, as far as it is not written
  // yet.
  void discard() { buffer_.clear(); }
  uint64_t mark() const { return written_ + buffer_.size(); }
  void discard_since(uint64_t mark);
  // Asks the kernel for errors that it kept (NFS, quota).
  void finish();

 private:
  int fd_;
  std::string name_;
  size_t whole_bytes_;
  std::string buffer_;
  uint64_t written_ = 0;
};

}  // namespace glovebox::tools
