// SPDX-License-Identifier: LGPL-2.1-or-later
//
// appliance.json, which `virt-appliance build` writes beside kernel, initrd and root. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glovebox::vm {

struct ApplianceDescription {
  std::string kernel = {};       // its version; each is empty if it is not told
  std::string built = {};        // RFC 3339, UTC
  std::string root_digest = {};  // SHA-256, hexadecimal
  std::vector<std::pair<std::string, std::string>> packages = {};  // name and version, by name
};

// Throws Corrupt saying what is wrong, without the file's name.
ApplianceDescription parse_appliance_description(std::string_view text);

}  // namespace glovebox::vm
