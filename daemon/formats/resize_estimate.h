// SPDX-License-Identifier: GPL-2.0-or-later
//
// How small a file system can be made, in bytes, from what its own tools print. Pure functions;
// what does not look as expected is Error(Corrupt).
#pragma once

#include <cstdint>
#include <string_view>

namespace glovebox::guestd {

// tune2fs -l for the block size, and resize2fs -P for the blocks.
uint64_t parse_ext_minimum(std::string_view tune2fs, std::string_view resize2fs);
uint64_t parse_ntfs_minimum(std::string_view ntfsresize);
uint64_t parse_btrfs_minimum(std::string_view min_dev_size);

}  // namespace glovebox::guestd
