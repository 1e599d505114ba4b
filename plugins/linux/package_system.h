// SPDX-License-Identifier: GPL-2.0-or-later
//
// What follows from the distribution and its version: the package format, the tool that manages
// packages, the short name in the osinfo database. Tables, libguestfs's.
#pragma once

#include <string>

#include "plugins/linux/identity.h"

namespace glovebox::inspect::linux_plugin {

std::string package_format(const std::string& distro);

// `has_dnf`: /usr/bin/dnf is there; only Fedora's answer depends on it.
enum class Dnf { Absent, Present };
std::string package_management(const Identity& identity, Dnf dnf);

// Empty if there is none.
std::string osinfo_id(const Identity& identity);

}  // namespace glovebox::inspect::linux_plugin
