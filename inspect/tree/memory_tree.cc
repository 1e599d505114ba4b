// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/tree/memory_tree.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {
namespace {

constexpr int kMaxLinks = 40;  // as the kernel's MAXSYMLINKS

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return path.substr(0, slash == 0 ? 1 : slash);
}

std::string child_of(const std::string& parent, const std::string& name) {
  return base::cat(parent == "/" ? "" : parent, "/", name);
}

[[noreturn]] void fail(int errnum) {
  throw Error(Errc::System, base::errno_text(errnum), errnum);
}

class MemoryFile final : public OpenFile {
 public:
  explicit MemoryFile(const std::string& content) : content_(content) {}
  uint64_t size_bytes() const override { return content_.size(); }
  size_t pread(void* into, size_t count, uint64_t offset) const override {
    if (offset >= content_.size())
      return 0;
    const size_t n = std::min(count, content_.size() - static_cast<size_t>(offset));
    std::memcpy(into, content_.data() + offset, n);
    return n;
  }

 private:
  std::string content_;
};

}  // namespace

MemoryTree& MemoryTree::add(const std::string& path, Node node) {
  if (path != "/" && !nodes_.contains(parent_of(path)))
    directory(parent_of(path));
  nodes_.insert_or_assign(path, std::move(node));
  return *this;
}

MemoryTree& MemoryTree::file(const std::string& path, std::string content) {
  return add(path, {FileKind::Regular, std::move(content)});
}
MemoryTree& MemoryTree::directory(const std::string& path) {
  return add(path, {FileKind::Directory});
}
MemoryTree& MemoryTree::link(const std::string& path, const std::string& target) {
  return add(path, {FileKind::Symlink, target});
}
MemoryTree& MemoryTree::device(const std::string& path) {
  return add(path, {FileKind::Other});
}
MemoryTree& MemoryTree::unreadable(const std::string& path, int errnum) {
  return add(path, {FileKind::Regular, "", errnum});
}

std::optional<std::string> MemoryTree::resolve(const std::string& path, Links links) const {
  if (path.size() >= kMaxPathBytes || path.find('\0') != std::string::npos)
    fail(path.size() >= kMaxPathBytes ? ENAMETOOLONG : EINVAL);
  const auto parts = base::split(path, '/');
  std::deque<std::string> todo(parts.begin(), parts.end());
  std::string at = "/";
  int links_seen = 0;
  while (!todo.empty()) {
    const std::string name = todo.front();
    todo.pop_front();
    if (nodes_.at(at).kind != FileKind::Directory)
      return std::nullopt;
    if (name.empty() || name == ".")
      continue;
    if (name == "..") {
      at = parent_of(at);
      continue;
    }
    const std::string next = child_of(at, name);
    const auto found = nodes_.find(next);
    if (found == nodes_.end())
      return std::nullopt;
    if (found->second.kind != FileKind::Symlink || (todo.empty() && links == Links::Keep)) {
      at = next;
      continue;
    }
    if (++links_seen > kMaxLinks)
      fail(ELOOP);
    const auto target = base::split(found->second.content, '/');
    todo.insert(todo.begin(), target.begin(), target.end());
    if (found->second.content.starts_with('/'))
      at.assign(1, '/');
  }
  return at;
}

std::optional<FileInfo> MemoryTree::try_stat(const std::string& path, Links links) const {
  const auto at = resolve(path, links);
  if (!at)
    return std::nullopt;
  const Node& node = nodes_.at(*at);
  return FileInfo{.kind = node.kind,
                  .mode = node.kind == FileKind::Directory ? 0755u : 0644u,
                  .size_bytes = node.content.size()};
}

std::unique_ptr<OpenFile> MemoryTree::try_open(const std::string& path) const {
  const auto at = resolve(path, Links::Follow);
  if (!at)
    return nullptr;
  const Node& node = nodes_.at(*at);
  if (node.kind == FileKind::Directory)
    throw Error(Errc::Unsupported, "is a directory", EISDIR);
  if (node.kind != FileKind::Regular)
    throw Error(Errc::Unsupported, "is not a regular file", EINVAL);
  if (node.errnum != 0)
    fail(node.errnum);
  return std::make_unique<MemoryFile>(node.content);
}

std::optional<std::vector<std::string>> MemoryTree::try_list(const std::string& path) const {
  const auto at = resolve(path, Links::Follow);
  if (!at || nodes_.at(*at).kind != FileKind::Directory)
    return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [name, node] : nodes_)
    if (name != "/" && parent_of(name) == *at)
      names.push_back(name.substr(name.rfind('/') + 1));
  return names;
}

std::optional<std::string> MemoryTree::try_readlink(const std::string& path) const {
  const auto at = resolve(path, Links::Keep);
  if (!at || nodes_.at(*at).kind != FileKind::Symlink)
    return std::nullopt;
  return nodes_.at(*at).content;
}

}  // namespace glovebox::inspect
