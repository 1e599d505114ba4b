// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Drives that are added with more than the C API can say.
#pragma once

#include <string>
#include <vector>

#include "capi/handle.h"
#include "capi/handle_calls.h"

namespace glovebox::capi::handle_calls {

// The domain that a drive is of, and what it says of the images below the drive's own; see
// DriveOptions.
struct Backing {
  std::vector<BackingImage> images = {};
  bool is_all = false;
  std::string domain = {};
};

// guestfs_add_drive_opts, traced as that, over these images. Throws what add_drive does.
void add_drive_over(guestfs_h& g,
                    const std::string& filename,
                    const AddDriveOptions& options,
                    const Backing& backing);

}  // namespace glovebox::capi::handle_calls
