// SPDX-License-Identifier: GPL-2.0-or-later
//
// FileTree: read-only view of a guest's files. Paths are absolute in the guest; symbolic links,
// even absolute ones and those with too many "..", resolve inside the tree. Absence (no such file,
// a component that is no directory) is an empty optional; anything else that prevents an answer
// throws Error, with errnum() where the kernel had one and a message without the path (the caller
// knows it). Only regular files are ever opened: a device or a FIFO would act or block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glovebox::inspect {

enum class FileKind { Regular = 1, Directory, Symlink, Other };  // values as in plugin.h

struct FileInfo {
  FileKind kind = FileKind::Other;
  uint32_t mode = 0;  // permission bits
  uint64_t size_bytes = 0;
  int64_t mtime = 0;
  bool operator==(const FileInfo&) const = default;
};

enum class Links { Follow, Keep };

inline constexpr size_t kMaxDirectoryEntries = 1 << 20;
inline constexpr size_t kMaxPathBytes = 4096;

class OpenFile {
 public:
  virtual ~OpenFile() = default;
  // Reads up to `count` bytes at an offset; fewer only at the end of the file.
  virtual size_t pread(void* into, size_t count, uint64_t offset) const = 0;
  virtual uint64_t size_bytes() const = 0;
};

class FileTree {
 public:
  virtual ~FileTree() = default;

  virtual std::optional<FileInfo> try_stat(const std::string& path,
                                           Links links = Links::Follow) const = 0;
  // Null if absent. Not a regular file: Unsupported.
  virtual std::unique_ptr<OpenFile> try_open(const std::string& path) const = 0;
  // Names sorted by bytes, without "." and "..". More than kMaxDirectoryEntries: Corrupt.
  virtual std::optional<std::vector<std::string>> try_list(const std::string& path) const = 0;
  // Absent also when it is no symbolic link.
  virtual std::optional<std::string> try_readlink(const std::string& path) const = 0;

  // The whole file; larger than `cap` bytes: Corrupt.
  std::optional<std::string> try_read(const std::string& path, size_t cap) const;
  bool exists(const std::string& path) const { return try_stat(path).has_value(); }
};

}  // namespace glovebox::inspect
