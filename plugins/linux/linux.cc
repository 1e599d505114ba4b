// SPDX-License-Identifier: GPL-2.0-or-later
//
// linux.so: Linux guests. detect() knows a root by its shape, so that systems nobody has named are
// found, too; describe() reads the release files, with /usr and /var in place. Shapes and names are
// libguestfs's.
#include <algorithm>
#include <array>
#include <iterator>

#include "inspect/parsers/binary/elf_arch.h"
#include "inspect/plugin/kit.h"
#include "plugins/common/hostname.h"
#include "plugins/common/mount_entries.h"
#include "plugins/linux/icon.h"
#include "plugins/linux/identity.h"
#include "plugins/linux/package_system.h"
#include "plugins/linux/packages/readers.h"

namespace glovebox::inspect::linux_plugin {
namespace {

using kit::Guest;
using kit::Links;

// Not so high that a plugin of one distribution could not say that it knows better.
constexpr uint32_t kSure = 80;
constexpr uint32_t kShape = 50;

bool is_own_directory(const Guest& guest, const char* path) {
  return guest.is_directory(path, Links::Keep);
}

// A directory, or a link into a /usr that may be elsewhere.
bool has_bin(const Guest& guest) {
  if (is_own_directory(guest, "/bin"))
    return true;
  const auto target = guest.try_readlink("/bin");
  return target == "usr/bin" || target == "/usr/bin";
}

// Systems with the same shape that are not Linux.
bool is_another_unix(const Guest& guest) {
  return guest.is_file("/etc/freebsd-update.conf") || guest.is_file("/netbsd") ||
         guest.is_file("/bsd") || guest.is_file("/hurd/null") || guest.is_file("/service/vm");
}

bool is_root(const Guest& guest) {
  return is_own_directory(guest, "/etc") && has_bin(guest) &&
         (guest.is_file("/etc/fstab") || guest.is_file("/etc/hosts") ||
          guest.is_file("/etc/os-release"));
}

bool is_coreos_root(const Guest& guest) {
  return is_own_directory(guest, "/etc") && is_own_directory(guest, "/root") &&
         is_own_directory(guest, "/home") && is_own_directory(guest, "/usr") &&
         guest.is_file("/etc/coreos/update.conf");
}

bool is_usr(const Guest& guest) {
  return is_own_directory(guest, "/bin") && is_own_directory(guest, "/share") &&
         (is_own_directory(guest, "/local") || is_own_directory(guest, "/lib")) &&
         (is_own_directory(guest, "/src") || is_own_directory(guest, "/share/coreos")) &&
         !guest.is_file("/etc/fstab");
}

bool is_boot(const Guest& guest) {
  return guest.is_file("/grub/menu.lst") || guest.is_file("/grub/grub.conf") ||
         guest.is_file("/grub/grub.cfg") || guest.is_file("/grub2/grub.cfg");
}

bool is_var(const Guest& guest) {
  return is_own_directory(guest, "/log") && is_own_directory(guest, "/run") &&
         is_own_directory(guest, "/spool");
}

void set_version(Guest& guest, const Identity& identity) {
  if (!identity.version)
    return;
  guest.set_number("major_version", identity.version->major);
  guest.set_number("minor_version", identity.version->minor);
}

void claim_root(Guest& guest, kit::Role role) {
  guest.claim(role, kSure);
  guest.set("name", "linux");
  add_mount_entries(guest);
}

void detect(Guest& guest) {
  if (is_root(guest)) {
    if (!is_another_unix(guest))
      claim_root(guest, kit::Role::Root);
  } else if (is_coreos_root(guest)) {
    claim_root(guest, kit::Role::SplitRoot);  // two /usr, used in turn, and no fstab
    guest.set("distro", "coreos");
  } else if (is_usr(guest)) {
    guest.claim(kit::Role::Usr, kShape);
    const Identity identity = identify_usr(guest);
    guest.set("distro", identity.distro);
    set_version(guest, identity);
  } else if (is_boot(guest) || is_var(guest)) {
    guest.claim(kit::Role::Other, kShape);
  }
}

std::string find_arch(Guest& guest) {
  for (const char* path : {"/bin/bash", "/bin/ls", "/bin/echo", "/bin/rm", "/bin/sh"}) {
    try {
      if (const auto head = guest.try_read_head(path, kElfHeaderBytes))
        if (std::string arch = elf_arch(*head); !arch.empty())
          return arch;
    } catch (const kit::Error& e) {
      guest.problem(e.path(), e.what());
    }
  }
  return {};
}

void describe(Guest& guest) {
  const Identity identity = identify(guest);
  guest.set("arch", find_arch(guest));
  guest.set("distro", identity.distro);
  guest.set("product_name", identity.product_name);
  set_version(guest, identity);
  const std::string format = package_format(identity.distro);
  guest.set("package_format", format);
  guest.set(
      "package_management",
      package_management(identity, guest.try_stat("/usr/bin/dnf") ? Dnf::Present : Dnf::Absent));
  guest.set("hostname", find_hostname(guest));
  guest.set("build_id", identity.build_id);
  guest.set("osinfo", osinfo_id(identity));
  if (guest.wants_applications())
    add_applications(guest, format);
  if (guest.wants_icon())
    add_icon(guest, identity);
}

// Where describe() reads: the system's own files, and the databases of packages.
constexpr const char* kSystemPaths[] = {"/bin",     "/etc",     "/lib",
                                        "/usr/bin", "/usr/lib", "/usr/share"};
constexpr auto kPaths = [] {
  std::array<const char*, std::size(kSystemPaths) + std::size(kPackageReaders) + 1> paths = {};
  auto* next = std::copy(std::begin(kSystemPaths), std::end(kSystemPaths), paths.begin());
  for (const PackageReader& reader : kPackageReaders) *next++ = reader.path;
  return paths;
}();
constexpr glovebox_inspect_descriptor kPlugin =
    kit::plugin<detect, describe>("linux", "Linux distributions", kPaths.data());

}  // namespace
}  // namespace glovebox::inspect::linux_plugin

const glovebox_inspect_descriptor* glovebox_inspect_plugin() {
  return &glovebox::inspect::linux_plugin::kPlugin;
}
