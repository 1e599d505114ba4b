// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is mounted at a directory of the host, and taking it away. None of it asks the file system
// that is mounted, which may have nobody left to answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace glovebox::fuse {

// The number of the topmost mount at this absolute path, which no other mount has while this one
// is there.
std::optional<uint64_t> mount_at(const std::string& path);

enum class When { NotUsed, Now };  // Now: it goes from sight, programs that use it keep it

// As root, or by fusermount(1), which lets users unmount what is theirs. System with fusermount's
// words.
void unmount(const std::string& path, When when);

}  // namespace glovebox::fuse
