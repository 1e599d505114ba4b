// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what hwclock(8) keeps of the hardware clock.
#include "guestd/functions/hwclock.h"

#include <fcntl.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/formats/adjtime.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {

Adjtime hwclock_adjtime(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  const std::string name = base::escape(path);
  const base::UniqueFd file = open_in_guest(path, O_RDONLY);
  std::string bytes(kAdjtimeBytes, '\0');
  bytes.resize(base::pread_some(file.get(), bytes.data(), bytes.size(), 0, name));
  return base::with_context(name, [&] { return parse_adjtime(bytes); });
}

}  // namespace glovebox::guestd
