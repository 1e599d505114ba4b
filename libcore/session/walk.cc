// SPDX-License-Identifier: LGPL-2.1-or-later
#include "glovebox/walk.h"

#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "proto/coders.h"

namespace glovebox {
namespace {

// A few hundred bytes a file: about half a million files.
constexpr uint64_t kMaxWalk = 256ull << 20;

}  // namespace

std::vector<WalkEntry> walk(Calls& calls,
                            const std::string& directory,
                            const WalkOptions& options) {
  const base::UniqueFd memory = base::make_memfd("walk");
  LocalFile file = LocalFile::descriptor(memory.get());
  file.max_bytes = kMaxWalk;
  calls.internal_walk(directory, file, {.checksum = options.checksum});
  return base::with_context("walk: the appliance's reply is damaged", [&] {
    if (lseek(memory.get(), 0, SEEK_SET) != 0)
      base::throw_errno("lseek");
    const std::string bytes = base::read_all(memory.get(), kMaxWalk, "walk");
    proto::XdrReader in(bytes);
    std::vector<WalkEntry> entries;
    while (!in.at_end()) entries.push_back(proto::read_struct<WalkEntry>(in));
    return entries;
  });
}

}  // namespace glovebox
