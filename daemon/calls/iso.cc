// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: headers of CD images.
#include "guestd/functions/iso.h"

#include <fcntl.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/iso9660.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

Isoinfo read_descriptor(const base::UniqueFd& image, const std::string& name) {
  std::string bytes(kIsoDescriptorBytes, '\0');
  bytes.resize(base::pread_some(image.get(), bytes.data(), bytes.size(), kIsoDescriptorOffset,
                                base::escape(name)));
  return base::with_context(base::escape(name), [&] { return parse_iso_descriptor(bytes); });
}

}  // namespace

Isoinfo isoinfo_device(Appliance& app, const std::string& device) {
  const std::string name = app.device(device).name;
  return read_descriptor(base::open_file(name, O_RDONLY), name);
}

Isoinfo isoinfo(Appliance& app, const std::string& isofile) {
  app.mounts.require_any();
  return read_descriptor(open_in_guest(isofile, O_RDONLY), isofile);
}

}  // namespace glovebox::guestd
