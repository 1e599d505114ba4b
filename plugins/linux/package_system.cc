// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/linux/package_system.h"

#include <string_view>

#include "base/cat.h"

namespace glovebox::inspect::linux_plugin {
namespace {

using base::cat;

struct System {
  std::string_view distro;
  const char* format;
  const char* management;  // null: by version
};
constexpr System kSystems[] = {
    {"fedora", "rpm", nullptr},
    {"centos", "rpm", nullptr},
    {"circle", "rpm", nullptr},
    {"kylin", "rpm", nullptr},
    {"oraclelinux", "rpm", nullptr},
    {"redhat-based", "rpm", nullptr},
    {"rhel", "rpm", nullptr},
    {"rocky", "rpm", nullptr},
    {"scientificlinux", "rpm", nullptr},
    {"neokylin", "rpm", "dnf"},
    {"openmandriva", "rpm", "dnf"},
    {"opencloudos", "rpm", "dnf"},
    {"tencentos", "rpm", "dnf"},
    {"openeuler", "rpm", "dnf"},
    {"meego", "rpm", "yum"},
    {"mageia", "rpm", "urpmi"},
    {"mandriva", "rpm", "urpmi"},
    {"opensuse", "rpm", "zypper"},
    {"sles", "rpm", "zypper"},
    {"suse-based", "rpm", "zypper"},
    {"altlinux", "rpm", "apt"},
    {"debian", "deb", "apt"},
    {"ubuntu", "deb", "apt"},
    {"linuxmint", "deb", "apt"},
    {"kalilinux", "deb", "apt"},
    {"archlinux", "pacman", "pacman"},
    {"gentoo", "ebuild", "portage"},
    {"pardus", "pisi", "pisi"},
    {"alpinelinux", "apk", "apk"},
    {"voidlinux", "xbps", "xbps"},
};

const System* find_system(const std::string& distro) {
  for (const System& system : kSystems)
    if (system.distro == distro)
      return &system;
  return nullptr;
}

}  // namespace

std::string package_format(const std::string& distro) {
  const System* const system = find_system(distro);
  return system ? system->format : "";
}

std::string package_management(const Identity& identity, Dnf dnf) {
  const System* const system = find_system(identity.distro);
  if (!system || system->management)
    return system ? system->management : "";
  const int major = identity.version.value_or(Version{}).major;
  if (identity.distro == "fedora")
    return major >= 22 && dnf == Dnf::Present ? "dnf" : major >= 1 ? "yum" : "";
  return major >= 8 ? "dnf" : major >= 5 ? "yum" : major >= 2 ? "up2date" : "";
}

std::string osinfo_id(const Identity& identity) {
  const std::string& distro = identity.distro;
  const auto [major, minor] = identity.version.value_or(Version{});
  if (distro.empty())
    return "";
  if (distro == "archlinux" || distro == "gentoo" || distro == "voidlinux")
    return distro;
  if (distro == "centos" && major >= 6)
    return major >= 8   ? cat("centos", major)
           : major == 7 ? "centos7.0"
                        : cat("centos", major, ".", minor);
  if ((distro == "circle" || distro == "rocky") && major >= 8)
    return cat(distro, major);
  if (distro == "debian" && major >= 4)
    return cat("debian", major);
  if (distro == "fedora" || distro == "mageia")
    return cat(distro, major);
  if (distro == "sles") {
    const std::string base = cat(major >= 15 ? "sle" : "sles", major);
    return minor == 0 ? base : cat(base, "sp", minor);
  }
  if (distro == "ubuntu")
    return cat("ubuntu", major, minor < 10 ? ".0" : ".", minor);
  if (distro == "altlinux")
    return cat(major >= 8 ? "alt" : "altlinux", major, ".", minor);
  if (major == 0 && minor == 0)
    return "";
  return cat(distro, major, ".", minor);
}

}  // namespace glovebox::inspect::linux_plugin
