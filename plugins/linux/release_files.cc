// SPDX-License-Identifier: GPL-2.0-or-later
//
// Most rows need no more than a name: the first line is the product, the first number in it the
// version. Those that do have a function. Wordings, for example:
//   CentOS release 5.2 (Final)                              Red Hat Enterprise Linux Server release
//   4 (Nahant Update 8) Oracle Linux Server release 8.4                         Fedora release 34
//   (Thirty Four)
#include "plugins/linux/release_files.h"

#include "base/cat.h"
#include "inspect/parsers/lines.h"
#include "plugins/common/guest_files.h"

namespace glovebox::inspect::linux_plugin {
namespace {

using Rule = bool (*)(kit::Guest&, const std::string& text, Identity&);

struct ReleaseFile {
  const char* path;
  const char* distro;
  Rule rule;
};

std::optional<std::string_view> text_after(std::string_view text, std::string_view mark) {
  const size_t at = text.find(mark);
  return at == std::string_view::npos ? std::nullopt : std::optional(text.substr(at + mark.size()));
}

// A number at the very front: "7.3 (Maipo)" -> 7.3, "release" -> absent.
std::optional<Version> version_at_front(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9')
    return std::nullopt;
  return find_version(text.substr(0, text.find_first_not_of("0123456789.")));
}

// "NAME ... release N.M", "NAME ... release N ... Update M", "NAME ... release N".
std::optional<Version> version_of_release(std::string_view line, std::string_view name) {
  const auto after_name = text_after(line, name);
  const auto after_release = after_name ? text_after(*after_name, "release ") : std::nullopt;
  auto version = after_release ? version_at_front(*after_release) : std::nullopt;
  if (!version)
    return std::nullopt;
  if (const auto update = text_after(*after_release, "Update "))
    if (const auto minor = version_at_front(*update))
      version->minor = minor->major;
  return version;
}

bool generic(kit::Guest&, const std::string& text, Identity& identity) {
  identity.product_name = first_line(text);
  if (identity.product_name.empty())
    return false;
  if (const auto version = find_version(identity.product_name))
    identity.version = version;
  return true;
}

// The wordings with "release": the version counts only behind the distribution's name.
bool release_of(const std::string& text, const char* name, Identity& identity) {
  const std::string line = first_line(text);
  const auto version = version_of_release(line, name);
  if (!version)
    return false;
  identity.product_name = line;
  identity.version = version;
  return true;
}

bool named(const std::string& text, const char* name, const char* distro, Identity& identity) {
  if (!release_of(text, name, identity))
    return false;
  identity.distro = distro;
  return true;
}

bool redhat(kit::Guest& guest, const std::string& text, Identity& identity) {
  if (named(text, "Fedora", "fedora", identity) || named(text, "Red Hat", "rhel", identity) ||
      named(text, "CentOS", "centos", identity) ||
      named(text, "Circle Linux", "circle", identity) ||
      named(text, "Rocky Linux", "rocky", identity) ||
      named(text, "Scientific Linux", "scientificlinux", identity))
    return true;
  generic(guest, text, identity);
  return true;
}

bool openmandriva(kit::Guest&, const std::string& text, Identity& identity) {
  return release_of(text, "OpenMandriva", identity);
}
bool opencloudos(kit::Guest&, const std::string& text, Identity& identity) {
  return release_of(text, "OpenCloudOS", identity);
}
bool tencentos(kit::Guest& guest, const std::string& text, Identity& identity) {
  return first_line(text).find("TencentOS") != std::string::npos && generic(guest, text, identity);
}
bool oracle(kit::Guest&, const std::string& text, Identity& identity) {
  return release_of(text, "Oracle Linux", identity);
}
bool centos(kit::Guest&, const std::string& text, Identity& identity) {
  return release_of(text, "CentOS", identity);
}
bool circle(kit::Guest&, const std::string& text, Identity& identity) {
  return release_of(text, "Circle Linux", identity);
}
bool rocky(kit::Guest&, const std::string& text, Identity& identity) {
  return release_of(text, "Rocky Linux", identity);
}
bool exists(kit::Guest&, const std::string&, Identity&) {
  return true;
}
bool frugalware(kit::Guest& guest, const std::string& text, Identity& identity) {
  return first_line(text).find("Frugalware ") != std::string::npos &&
         generic(guest, text, identity);
}
bool pld(kit::Guest& guest, const std::string& text, Identity& identity) {
  return first_line(text).find(" PLD Linux") != std::string::npos && generic(guest, text, identity);
}

bool buildroot(kit::Guest& guest, const std::string& text, Identity& identity) {
  if (guest.try_stat("/usr/share/cirros/logo"))
    identity.distro = "cirros";
  return generic(guest, text, identity);
}

// "VERSION = 10" on the second line, "PATCHLEVEL = 3" on the third.
std::optional<int32_t> number_of_line(const std::string& text, std::string_view key) {
  for (LineReader lines(text); lines.next();) {
    const auto value = text_after(lines.line(), "= ");
    if (lines.line().starts_with(key) && value)
      if (const auto version = version_at_front(*value))
        return version->major;
  }
  return std::nullopt;
}

bool suse(kit::Guest&, const std::string& text, Identity& identity) {
  const std::string line = first_line(text);
  if (line.empty())
    return true;  // suse-based
  identity.product_name = line;
  const auto begins = [&](const char* words) { return line.starts_with(words); };
  const bool enterprise = begins("SUSE Linux Enterprise ") || begins("SUSE LINUX Enterprise ") ||
                          begins("Novell Linux Desktop ");
  const bool open = begins("openSUSE ") || begins("SuSE Linux ") || begins("SUSE LINUX ");
  identity.distro = enterprise ? "sles" : open ? "opensuse" : "";
  if (const auto major = number_of_line(text, "VERSION"))
    identity.version = Version{*major, number_of_line(text, "PATCHLEVEL").value_or(0)};
  if (open && !enterprise)  // "VERSION = 11.4"
    for (LineReader lines(text); lines.next();)
      if (lines.line().starts_with("VERSION"))
        identity.version = find_version(lines.line());
  return true;
}

constexpr ReleaseFile kFiles[] = {
    {"/etc/openmandriva-release", "openmandriva", openmandriva},
    {"/etc/opencloudos-release", "opencloudos", opencloudos},
    {"/etc/tencentos-release", "tencentos", tencentos},
    {"/etc/oracle-release", "oraclelinux", oracle},
    {"/etc/centos-release", "centos", centos},
    {"/etc/circle-release", "circle", circle},
    {"/etc/rocky-release", "rocky", rocky},
    {"/etc/altlinux-release", "altlinux", generic},
    {"/etc/redhat-release", "redhat-based", redhat},
    {"/etc/debian_version", "debian", generic},
    {"/etc/pardus-release", "pardus", generic},
    {"/etc/arch-release", "archlinux", exists},
    {"/etc/gentoo-release", "gentoo", generic},
    {"/etc/meego-release", "meego", generic},
    {"/etc/slackware-version", "slackware", generic},
    {"/etc/ttylinux-target", "ttylinux", generic},
    {"/etc/SuSE-release", "suse-based", suse},
    {"/etc/cirros/version", "cirros", generic},
    {"/etc/br-version", "buildroot", buildroot},
    {"/etc/alpine-release", "alpinelinux", generic},
    {"/etc/frugalware-release", "frugalware", frugalware},
    {"/etc/pld-release", "pldlinux", pld},
};

}  // namespace

bool take_release_files(kit::Guest& guest, Identity& identity) {
  for (const ReleaseFile& file : kFiles) {
    const auto text = read_or_report(guest, file.path, kMaxReleaseFileBytes);
    if (!text)
      continue;
    Identity found = identity;
    found.distro = file.distro;
    if (file.rule(guest, *text, found)) {
      identity = std::move(found);
      return true;
    }
  }
  return false;
}

}  // namespace glovebox::inspect::linux_plugin
