// SPDX-License-Identifier: GPL-2.0-or-later
//
// MemoryTree: a FileTree written down in a test or a fuzzer.
//
//   MemoryTree tree;
//   tree.file("/etc/hostname", "guest\n").link("/bin", "usr/bin").directory("/usr/bin");
//
// Parents are made as needed. Resolution follows path_resolution(7) with the tree's root as "/".
#pragma once

#include <map>
#include <string>

#include "inspect/tree/file_tree.h"

namespace glovebox::inspect {

class MemoryTree final : public FileTree {
 public:
  MemoryTree() { directory("/"); }

  MemoryTree& file(const std::string& path, std::string content);
  MemoryTree& directory(const std::string& path);
  MemoryTree& link(const std::string& path, const std::string& target);
  MemoryTree& device(const std::string& path);
  // A file that cannot be read: every open fails with this errno.
  MemoryTree& unreadable(const std::string& path, int errnum);

  std::optional<FileInfo> try_stat(const std::string& path,
                                   Links links = Links::Follow) const override;
  std::unique_ptr<OpenFile> try_open(const std::string& path) const override;
  std::optional<std::vector<std::string>> try_list(const std::string& path) const override;
  std::optional<std::string> try_readlink(const std::string& path) const override;

 private:
  struct Node {
    FileKind kind;
    std::string content = {};  // of a file, or a link's target
    int errnum = 0;
  };
  MemoryTree& add(const std::string& path, Node node);
  // The canonical path of an existing node; absent if there is none. Throws ELOOP.
  std::optional<std::string> resolve(const std::string& path, Links links) const;

  std::map<std::string, Node> nodes_;  // by canonical path, "/" for the root
};

}  // namespace glovebox::inspect
