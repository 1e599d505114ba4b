// SPDX-License-Identifier: LGPL-2.1-or-later
//
// For who traces a call in words of his own: C programs have options that DriveOptions has not.
#pragma once

#include "glovebox/handle.h"

namespace glovebox {

// Handle::add_drive() without its trace. Exported for the C library only.
GLOVEBOX_API void add_drive_untraced(Handle& handle,
                                     const std::string& path,
                                     const DriveOptions& options);

}  // namespace glovebox
