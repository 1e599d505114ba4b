// SPDX-License-Identifier: GPL-2.0-or-later
//
// From what a file system says of itself to its device.
#pragma once

#include <string>

#include "daemon/block/assembly.h"

namespace glovebox::guestd {

// The device whose label or UUID (`field`) is `wanted`: drives, partitions, arrays and volumes are
// looked at in this order. No answer is an error without an errno.
std::string find_filesystem(Assembly& assembly,
                            std::string Content::*field,
                            const std::string& wanted);

}  // namespace glovebox::guestd
