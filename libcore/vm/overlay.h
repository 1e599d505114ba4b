// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The throw-away layer over a read-only drive: an empty qcow2 image in memory, so that journals
// replay and the image under it does not change by a bit. Written here rather than by qemu's
// blockdev-create: the header is four tables of zeros, and the job costs several round trips per
// drive on the way to the first answer.
#pragma once

#include <cstdint>
#include <string>

#include "base/unique_fd.h"

namespace glovebox::vm {

// The bytes of an empty qcow2 (version 3, 64 KiB clusters, QEMU's docs/interop/qcow2.txt) without a
// backing file name: qemu is told the backing node. Error(Unsupported) past 8 EiB less what the
// format can address.
std::string empty_qcow2(uint64_t virtual_size_bytes);

// The same in an unnamed file: in memory, or in $TMPDIR when the drive could outgrow memory.
base::UniqueFd make_overlay(uint64_t virtual_size_bytes);

}  // namespace glovebox::vm
