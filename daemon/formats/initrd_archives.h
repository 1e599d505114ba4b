// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the archives of an initial ramdisk begin. Linux unpacks several, one after another: CPU
// microcode comes first, as a cpio archive that is not compressed, then what may be. Linux,
// Documentation/driver-api/early-userspace/buffer-format.rst. Foreign bytes; pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace glovebox::guestd {

// Reads `count` bytes of the file at `offset`, fewer only where it ends.
using FileReader = std::function<std::string(uint64_t offset, size_t count)>;

// Their offsets in bytes, ascending; the first is 0. An archive that is compressed, damaged, or of
// another form than cpio's "newc" is the last, because where it ends is not known.
std::vector<uint64_t> find_archives(const FileReader& read);

}  // namespace glovebox::guestd
