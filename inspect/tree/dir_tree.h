// SPDX-License-Identifier: GPL-2.0-or-later
//
// DirTree: a FileTree over a directory of the running system, usually a mounted guest. Every path
// goes through openat2(2) with RESOLVE_IN_ROOT, so the kernel keeps it inside. The descriptor is
// borrowed and must outlive the tree.
#pragma once

#include "inspect/tree/file_tree.h"

namespace glovebox::inspect {

class DirTree final : public FileTree {
 public:
  explicit DirTree(int root_fd, size_t most_entries = kMaxDirectoryEntries)
      : root_fd_(root_fd), most_entries_(most_entries) {}

  std::optional<FileInfo> try_stat(const std::string& path,
                                   Links links = Links::Follow) const override;
  std::unique_ptr<OpenFile> try_open(const std::string& path) const override;
  std::optional<std::vector<std::string>> try_list(const std::string& path) const override;
  std::optional<std::string> try_readlink(const std::string& path) const override;

 private:
  int root_fd_;
  size_t most_entries_;
};

}  // namespace glovebox::inspect
