// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Files on the host, by path, with errors that name the path; TempDir, a private directory removed
// with all its contents. For paths of a guest use an inspect FileTree, never these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace glovebox::base {

// open(2) with O_CLOEXEC; throws System "PATH: reason".
UniqueFd open_file(const std::string& path, int flags, unsigned mode = 0600);

// What kind of file a mode is: "directory", "FIFO", "socket" ..., `other` for none of them.
const char* file_kind(unsigned mode, const char* other = "special file");

// Opens a regular file for reading, and never waits: anything else, which may have no end or no
// writer, is Error(Usage) "PATH: is a FIFO, not a regular file".
UniqueFd open_regular_file(const std::string& path);

// Reads to the end; Error(Corrupt) past max_bytes.
std::string read_all(int fd, size_t max_bytes, const std::string& name);
std::string read_file(const std::string& path, size_t max_bytes);

// Writes everything, restarting after signals and short writes; throws System "NAME: reason".
void write_all(int fd, std::string_view bytes, const std::string& name);

// Reads exactly `count` bytes at an offset, or fewer at the end of the file; returns how many. The
// second is absent at an error, which errno has.
size_t pread_some(int fd, void* into, size_t count, uint64_t offset, const std::string& name);
std::optional<size_t> try_pread_some(int fd, void* into, size_t count, uint64_t offset);

// Creates or replaces the file whole: a temporary file beside it, fsync, rename.
void replace_file(const std::string& path, std::string_view bytes, unsigned mode = 0644);

class TempDir {
 public:
  // mkdtemp under $TMPDIR, else /tmp; mode 0700.
  explicit TempDir(const std::string& prefix = "glovebox");
  TempDir(TempDir&&) = delete;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace glovebox::base
