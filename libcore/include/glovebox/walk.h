// SPDX-License-Identifier: LGPL-2.1-or-later
//
// walk(): everything about every file of a tree in one call, where lstat, readlink and checksum of
// each would be a message a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "glovebox/calls.h"

namespace glovebox {

struct WalkOptions {
  std::optional<std::string> checksum = {};  // a type of Calls::checksum, for each regular file
};

// The directory itself (path ".") and everything below it, in the order of the walk: a directory
// before what it holds. Throws what Calls::internal_walk throws; EFBIG for a tree of more than half
// a million files or so.
GLOVEBOX_API std::vector<WalkEntry> walk(Calls& calls,
                                         const std::string& directory,
                                         const WalkOptions& options = {});

}  // namespace glovebox
