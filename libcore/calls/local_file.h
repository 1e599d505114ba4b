// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The host's side of FileIn and FileOut: a LocalFile opened for reading or for writing. Errors name
// the file. A descriptor that the caller gave is borrowed, a file opened by path is closed at the
// end. No pipe is waited for that the caller's cancelling would not end: a reader opens it at once
// and says when it is ready(), a writer looks at cancel_fd.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "glovebox/calls.h"

namespace glovebox::calls {

class LocalReader {
 public:
  explicit LocalReader(const LocalFile& file);

  // Bytes that will come, 0 if that cannot be known (a pipe, a terminal).
  uint64_t size_hint() const { return size_hint_; }
  int fd() const { return fd_; }
  // Whether read() returns at once.
  bool ready() const;
  // The next bytes, at most as many as `into` holds, and put there; empty at the end.
  std::string_view read(std::span<char> into);

 private:
  base::UniqueFd owned_;
  int fd_;
  std::string name_;
  bool never_waits_ = false;
  uint64_t size_hint_ = 0;
};

class LocalWriter {
 public:
  // Waits for somebody to read, where the file is a named pipe. cancel_fd is readable when the
  // caller cancels; Cancelled is thrown then, here and below. A path that may not end in a link
  // has to be that of a regular file, or of none: ELOOP or EEXIST otherwise.
  LocalWriter(const LocalFile& file, int cancel_fd);
  LocalWriter(const LocalWriter&) = delete;
  LocalWriter& operator=(const LocalWriter&) = delete;
  // A file that is new and was never begun goes away again.
  ~LocalWriter();

  // Before the first write, once the content is known to come: what the file held goes now.
  void begin();
  // Throws System, or EFBIG past the file's max_bytes; and what the file's sink throws.
  void write(std::string_view bytes);
  // Writes what is still held back and closes the file if it is ours.
  void finish();

 private:
  void flush();
  void put(std::string_view bytes);
  void wait_for_room() const;

  const int cancel_fd_;
  base::UniqueFd owned_;
  int fd_;
  std::function<void(std::string_view)> sink_;  // or this, instead
  std::string name_;
  bool may_wait_ = false;
  bool replaces_ = false;  // named by a path, and no stream of the program's own
  bool is_new_ = false;
  bool begun_ = false;
  uint64_t bytes_left_;
  uint64_t max_bytes_;
  std::string pending_;
};

}  // namespace glovebox::calls
