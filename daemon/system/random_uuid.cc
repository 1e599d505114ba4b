// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/system/random_uuid.h"

#include "base/cat.h"
#include "base/files.h"

namespace glovebox::guestd {

std::string random_uuid() {
  return std::string(base::trim(base::read_file("/proc/sys/kernel/random/uuid", 64)));
}

}  // namespace glovebox::guestd
