// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Does somebody else have this image open for writing? qemu, and everything that uses its block
// layer, says so with locks on single bytes of the file (docs/system/qemu-block-drivers, "Disk
// image file locking").
#pragma once

namespace glovebox::disk {

// Asks only; takes no lock. Locks of this descriptor and of its duplicates, also those handed to
// our own qemu, do not count. False where the file system has no locks: then nobody can know.
bool is_locked_for_writing(int fd);

}  // namespace glovebox::disk
