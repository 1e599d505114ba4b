// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/linux/icon.h"

#include "inspect/parsers/binary/png.h"

namespace glovebox::inspect::linux_plugin {
namespace {

constexpr uint32_t kSmallest = 16;
constexpr uint32_t kLargest = 1024;

struct Candidate {
  std::string_view distro;
  const char* path;
};
constexpr Candidate kCandidates[] = {
    {"fedora", "/usr/share/icons/hicolor/96x96/apps/fedora-logo-icon.png"},
    {"debian", "/usr/share/pixmaps/debian-logo.png"},
    {"ubuntu", "/usr/share/icons/gnome/24x24/places/ubuntu-logo.png"},
    {"ubuntu", "/usr/share/help/C/ubuntu-help/figures/ubuntu-logo.png"},
    {"mageia", "/usr/share/icons/mageia.png"},
    {"suse-based", "/usr/share/icons/hicolor/48x48/apps/distributor.png"},
    {"suse-based", "/usr/share/icons/hicolor/24x24/apps/distributor.png"},
    {"opensuse", "/usr/share/icons/hicolor/48x48/apps/distributor.png"},
    {"opensuse", "/usr/share/icons/hicolor/24x24/apps/distributor.png"},
    {"sles", "/usr/share/icons/hicolor/48x48/apps/distributor.png"},
    {"sles", "/usr/share/icons/hicolor/24x24/apps/distributor.png"},
    {"voidlinux", "/usr/share/void-artwork/void-logo.png"},
    {"altlinux", "/usr/share/icons/hicolor/48x48/apps/altlinux.png"},
    {"gentoo", "/usr/share/icons/gentoo/48x48/gentoo.png"},
    {"openmandriva", "/usr/share/icons/large/mandriva.png"},
    {"openmandriva", "/usr/share/icons/mandriva.png"},
};
constexpr std::string_view kRedHatLike[] = {"rhel",  "redhat-based",    "centos",     "circle",
                                            "rocky", "scientificlinux", "oraclelinux"};

// True if the file is a PNG of a sensible size, which then is the icon.
bool take_icon(kit::Guest& guest, const char* path) {
  const auto info = guest.try_stat(path);
  if (!info || info->kind != GLOVEBOX_INSPECT_REGULAR)
    return false;
  const auto size = png_size(guest.try_read_head(path, kPngHeaderBytes).value_or(""));
  if (!size || size->width < kSmallest || size->width > kLargest || size->height < kSmallest ||
      size->height > kLargest)
    return false;
  const size_t cap = size_t{4} * size->width * size->height;
  if (info->size > cap)
    return false;
  const auto png = guest.try_read(path, cap);
  if (!png)
    return false;
  guest.set_icon(*png);
  return true;
}

}  // namespace

void add_icon(kit::Guest& guest, const Identity& identity) {
  for (const Candidate& candidate : kCandidates)
    if (candidate.distro == identity.distro && take_icon(guest, candidate.path))
      return;
  for (const std::string_view distro : kRedHatLike)
    if (distro == identity.distro)
      take_icon(guest, identity.version.value_or(Version{}).major < 7
                           ? "/usr/share/pixmaps/redhat/shadowman-transparent.png"
                           : "/usr/share/icons/hicolor/96x96/apps/system-logo-icon.png");
}

}  // namespace glovebox::inspect::linux_plugin
