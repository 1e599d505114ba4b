// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Whether the host can take back space that a disk no longer needs.
#pragma once

#include "disk/image.h"

namespace glovebox::disk {

// Asks the file system (nothing is changed) or the device that holds the image, which must be open
// for writing.
bool can_discard(const Image& image);

}  // namespace glovebox::disk
