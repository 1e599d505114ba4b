// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/linux/packages/readers.h"

#include "base/cat.h"

namespace glovebox::inspect::linux_plugin {

void add_applications(kit::Guest& guest, const std::string& format) {
  if (format.empty())
    return guest.applications_done();
  for (const PackageReader& reader : kPackageReaders)
    if (reader.format == format)
      return reader.add(guest);
  guest.problem("applications", base::cat("databases of the format ", format,
                                          " are not read yet: the applications are not known"));
}

}  // namespace glovebox::inspect::linux_plugin
