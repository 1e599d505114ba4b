// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Is a qcow2 file all there? qemu reads zeros for what lies behind the end of a cut-off image and
// says nothing.
#pragma once

#include <cstdint>

#include "disk/formats/qcow2_header.h"

namespace glovebox::disk {

// Throws Corrupt when the tables refer to clusters behind the end of the file. Reads the L1 table,
// and L2 tables only if the refcounts make it likely that something is missing. `header` has been
// checked by parse_qcow2_header.
void check_qcow2_is_whole(int fd, const Qcow2Header& header, uint64_t file_size);

}  // namespace glovebox::disk
