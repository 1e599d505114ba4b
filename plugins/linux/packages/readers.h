// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who reads the databases of packages: a row per format. A new format is a file beside this one and
// a row here.
#pragma once

#include <string>
#include <string_view>

#include "inspect/plugin/kit.h"
#include "plugins/linux/packages/dpkg.h"

namespace glovebox::inspect::linux_plugin {

struct PackageReader {
  std::string_view format;  // as package_format() names it
  const char* path;         // where its database lies
  void (*add)(kit::Guest& guest);
};
inline constexpr PackageReader kPackageReaders[] = {
    {"deb", "/var/lib/dpkg", add_dpkg_applications},
};

// The applications of a guest with packages of this format. One that nobody reads is a problem; an
// empty one is a system without packages, as far as anybody knows.
void add_applications(kit::Guest& guest, const std::string& format);

}  // namespace glovebox::inspect::linux_plugin
