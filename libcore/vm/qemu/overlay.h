// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The throw-away layer over a read-only drive: an empty qcow2 image in an unnamed file, so that
// journals replay and the image under it does not change by a bit. Written here rather than by
// qemu's blockdev-create: the header is four tables of zeros, and the job costs several round trips
// per drive on the way to the first answer. In $TMPDIR rather than in memory: what the page cache
// holds is as fast, and a guest that writes without end meets a full disk, not a host out of
// memory.
#pragma once

#include <cstdint>
#include <string>

#include "base/unique_fd.h"

namespace glovebox::vm {

// The bytes of an empty qcow2 (version 3, 64 KiB clusters, QEMU's docs/interop/qcow2.txt) without a
// backing file name: qemu is told the backing node. Error(Unsupported) past 8 EiB less what the
// format can address.
std::string empty_qcow2(uint64_t virtual_size_bytes);

// Where layers are kept, and what named it ("TMPDIR"); empty where nothing did.
struct OverlayDirectory {
  std::string path;
  std::string named_by;
};

// `chosen` (by set_tmpdir), else $LIBGUESTFS_TMPDIR, else $TMPDIR, else /tmp.
OverlayDirectory overlay_directory(const std::string& chosen);

// An empty qcow2 in a file without a name in that directory, gone when it is closed. A directory
// that was named and cannot be used is an error that says so: whoever named it wants the data there
// and not in memory. Where nothing was named and /tmp cannot be used (a service whose root is
// read-only may have none), the layer is in memory, which nobody asked to be spared.
base::UniqueFd make_overlay(uint64_t virtual_size_bytes, const OverlayDirectory& directory);

}  // namespace glovebox::vm
