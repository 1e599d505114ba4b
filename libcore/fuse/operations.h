// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The table of functions that libfuse calls, over GuestFiles. They find their Service by FUSE's
// context; exceptions become errno values here.
#pragma once

#include <fuse.h>

#include <functional>
#include <string>

#include "fuse/guest_files.h"

namespace glovebox::fuse {

struct Service {
  GuestFiles files;
  std::function<void(const std::string&)> note;  // may be empty
};

fuse_operations operations();

}  // namespace glovebox::fuse
