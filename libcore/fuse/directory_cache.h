// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What was learnt of the files of a directory when it was listed, because whoever lists it asks for
// that next: `ls -l` is then three calls to the guest, not three per file. Bounded in time and
// number. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "glovebox/structs.h"

namespace glovebox::fuse {

struct CachedFile {
  std::optional<StatNs> status = {};
  std::optional<std::vector<Xattr>> xattrs = {};
  std::optional<std::string> target = {};  // of a symbolic link
};

class DirectoryCache {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Clock = std::function<Time()>;
  explicit DirectoryCache(std::chrono::seconds timeout,
                          Clock clock = std::chrono::steady_clock::now)
      : timeout_(timeout), clock_(std::move(clock)) {}

  // Nullptr if nothing is known, or not for sure any more. Valid until the next change.
  const CachedFile* find(const std::string& path);
  void put(const std::string& path, CachedFile file);
  // A change to one file can show in others (a directory's times, the other names of a file), so
  // everything is forgotten.
  void clear() { files_.clear(); }
  // What was written to a file changes no more than statuses. Before each write the kernel asks for
  // an attribute.
  void forget_statuses() { ++writes_; }

 private:
  struct Entry {
    CachedFile file;
    Time until;
    uint64_t writes;  // before it was learnt
  };
  void drop_old();

  const std::chrono::seconds timeout_;
  const Clock clock_;
  std::map<std::string, Entry> files_;
  uint64_t writes_ = 0;
};

}  // namespace glovebox::fuse
