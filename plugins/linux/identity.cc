// SPDX-License-Identifier: GPL-2.0-or-later
//
// os-release comes first, but not everything it says is good enough: Debian's has no point release,
// so the older file is asked, too. A test that gives up leaves what it learned for the ones after
// it, unless they know better.
#include "plugins/linux/identity.h"

#include "plugins/common/guest_files.h"
#include "plugins/linux/release_files.h"

namespace glovebox::inspect::linux_plugin {
namespace {

struct Name {
  std::string_view id;
  std::string_view distro;
};
constexpr Name kOsReleaseIds[] = {
    {"alpine", "alpinelinux"},
    {"altlinux", "altlinux"},
    {"arch", "archlinux"},
    {"centos", "centos"},
    {"circle", "circle"},
    {"coreos", "coreos"},
    {"debian", "debian"},
    {"fedora", "fedora"},
    {"frugalware", "frugalware"},
    {"gentoo", "gentoo"},
    {"kali", "kalilinux"},
    {"kylin", "kylin"},
    {"mageia", "mageia"},
    {"neokylin", "neokylin"},
    {"openEuler", "openeuler"},
    {"opencloudos", "opencloudos"},
    {"openmandriva", "openmandriva"},
    {"opensuse", "opensuse"},
    {"pardus", "pardus"},
    {"pld", "pldlinux"},
    {"rhel", "rhel"},
    {"rocky", "rocky"},
    {"sled", "sles"},
    {"sles", "sles"},
    {"tencentos", "tencentos"},
    {"ubuntu", "ubuntu"},
    {"void", "voidlinux"},
};
constexpr Name kLsbIds[] = {
    {"CoreOS", "coreos"},
    {"LinuxMint", "linuxmint"},
    {"Mageia", "mageia"},
    {"Ubuntu", "ubuntu"},
};

std::string distro_of_id(const std::string& id) {
  for (const Name& name : kOsReleaseIds)
    if (name.id == id)
      return std::string(name.distro);
  return id.starts_with("opensuse-") ? "opensuse" : "";
}

bool is_rolling(const std::string& distro) {
  return distro == "archlinux" || distro == "gentoo" || distro == "voidlinux";
}

// Their os-release names the major version only; the older file knows more.
bool tells_more_elsewhere(const std::string& distro) {
  return distro == "debian" || distro == "centos" || distro == "circle" || distro == "rocky";
}

std::optional<OsRelease> read_os_release(kit::Guest& guest, const std::string& path) {
  const auto text = read_or_report(guest, path, kMaxReleaseFileBytes);
  return text ? std::optional(parse_os_release(*text)) : std::nullopt;
}

bool take_os_release(const OsRelease& release, Identity& identity) {
  if (!release.build_id.empty())
    identity.build_id = release.build_id;
  if (!release.pretty_name.empty())
    identity.product_name = release.pretty_name;
  const std::string distro = distro_of_id(release.id);
  if (distro.empty() || release.pretty_name.empty())
    return false;
  auto version = find_version(release.version_id);
  if (!version && is_rolling(distro))
    version = Version{0, 0};
  if (!version || (tells_more_elsewhere(distro) && version->minor == 0))
    return false;
  identity.distro = distro;
  identity.version = version;
  return true;
}

bool take_lsb_release(kit::Guest& guest, Identity& identity) {
  const auto text = read_or_report(guest, "/etc/lsb-release", kMaxReleaseFileBytes);
  if (!text)
    return false;
  const LsbRelease release = parse_lsb_release(*text);
  if (const auto version = find_version(release.release))
    identity.version = version;
  if (!release.description.empty())
    identity.product_name = release.description;
  for (const Name& name : kLsbIds)
    if (name.id == release.id) {
      identity.distro = name.distro;
      return true;
    }
  return !release.description.empty();
}

// A derivative that nobody knows by name is told as the first system that it says it is like.
std::string distro_it_is_like(const OsRelease& release) {
  std::string_view rest = release.id_like;
  while (!rest.empty()) {
    const size_t end = rest.find(' ');
    if (const std::string distro = distro_of_id(std::string(rest.substr(0, end))); !distro.empty())
      return distro;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return {};
}

}  // namespace

Identity identify(kit::Guest& guest) {
  Identity identity;
  const auto os_release = read_os_release(guest, "/etc/os-release");
  const bool known = (os_release && take_os_release(*os_release, identity)) ||
                     take_lsb_release(guest, identity) || take_release_files(guest, identity);
  // From Debian's own file comes "12.5", from os-release alone what there is.
  if (os_release && (!known || identity.distro.empty())) {
    if (identity.distro.empty())
      identity.distro = distro_of_id(os_release->id);
    if (identity.distro.empty())
      identity.distro = distro_it_is_like(*os_release);
    if (!identity.version)
      identity.version = find_version(os_release->version_id);
  }
  return identity;
}

Identity identify_usr(kit::Guest& guest) {
  Identity identity;
  if (const auto release = read_os_release(guest, "/lib/os-release"))
    take_os_release(*release, identity);
  return identity;
}

}  // namespace glovebox::inspect::linux_plugin
