// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/common/hostname.h"

#include "inspect/parsers/unix/release.h"
#include "plugins/common/guest_files.h"

namespace glovebox::inspect {

std::string find_hostname(kit::Guest& guest) {
  for (const char* path : {"/etc/HOSTNAME", "/etc/hostname"})
    if (const auto text = read_or_report(guest, path, kMaxReleaseFileBytes))
      if (std::string name = parse_hostname(*text); !name.empty())
        return name;
  if (const auto text = read_or_report(guest, "/etc/sysconfig/network", kMaxReleaseFileBytes)) {
    const auto assignments = parse_assignments(*text);
    if (const auto found = assignments.find("HOSTNAME"); found != assignments.end())
      return found->second;
  }
  return {};
}

}  // namespace glovebox::inspect
