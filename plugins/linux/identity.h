// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which distribution a tree holds, by its release files: the names and the order of trial are
// libguestfs's.
#pragma once

#include <optional>
#include <string>

#include "inspect/parsers/unix/release.h"
#include "inspect/plugin/kit.h"

namespace glovebox::inspect::linux_plugin {

struct Identity {
  std::string distro = {};
  std::string product_name = {};
  std::optional<Version> version = {};
  std::string build_id = {};
  bool operator==(const Identity&) const = default;
};

// Of a root, or of a root with its /usr mounted.
Identity identify(kit::Guest& guest);

// Of a volume that is a /usr: by lib/os-release.
Identity identify_usr(kit::Guest& guest);

}  // namespace glovebox::inspect::linux_plugin
