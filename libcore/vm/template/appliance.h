// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The appliance on disk: kernel, initrd, root image and the description (appliance.json) that
// `virt-appliance build` wrote beside them. A value; the files are only named here, and opened by
// who needs them.
#pragma once

#include <string>

#include "vm/template/appliance_description.h"

namespace glovebox::vm {

struct Appliance {
  std::string directory;
  std::string kernel;  // paths
  std::string initrd;
  std::string root;
  std::string digest;  // changes whenever one of the three files does
  ApplianceDescription description;
};

// The first usable appliance on appliance_search_path(chosen); NotFound naming the path searched
// and the command that builds one.
Appliance find_appliance(const std::string& chosen = {});

}  // namespace glovebox::vm
