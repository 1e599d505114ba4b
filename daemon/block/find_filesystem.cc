// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/find_filesystem.h"

#include "base/cat.h"
#include "base/error.h"
#include "daemon/formats/refuse.h"

namespace glovebox::guestd {

std::string find_filesystem(Assembly& assembly,
                            std::string Content::*field,
                            const std::string& wanted) {
  assembly.assemble();
  for (const auto& devices : {assembly.devices().drives(), assembly.devices().partitions(),
                              assembly.devices().arrays(), assembly.devices().mappings()})
    for (const BlockDevice& device : devices) {
      try {
        if (!wanted.empty() && assembly.prober().content(device).*field == wanted)
          return device.name;
      } catch (const Error&) {
        continue;  // unreadable, so it cannot be the one
      }
    }
  refuse(base::cat("unable to resolve '", base::escape(wanted), "'"));
}

}  // namespace glovebox::guestd
