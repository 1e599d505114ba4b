// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fuse/directory_cache.h"

#include <utility>

namespace glovebox::fuse {
namespace {

// A guest can have more files than the host has memory.
constexpr size_t kMostFiles = 100'000;

}  // namespace

const CachedFile* DirectoryCache::find(const std::string& path) {
  const auto found = files_.find(path);
  if (found == files_.end() || found->second.until <= clock_())
    return nullptr;
  Entry& entry = found->second;
  if (entry.writes != writes_)
    entry.file.status.reset();
  return &entry.file;
}

void DirectoryCache::put(const std::string& path, CachedFile file) {
  if (files_.size() >= kMostFiles)
    drop_old();
  if (files_.size() < kMostFiles)
    files_.insert_or_assign(path, Entry{std::move(file), clock_() + timeout_, writes_});
}

void DirectoryCache::drop_old() {
  const Time now = clock_();
  std::erase_if(files_, [&](const auto& file) { return file.second.until <= now; });
}

}  // namespace glovebox::fuse
