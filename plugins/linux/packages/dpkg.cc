// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/linux/packages/dpkg.h"

#include "base/cat.h"
#include "inspect/parsers/packages/dpkg_status.h"
#include "plugins/common/guest_files.h"

namespace glovebox::inspect::linux_plugin {
namespace {

using base::cat;

constexpr const char* kStatus = "/var/lib/dpkg/status";
constexpr const char* kStatusDirectory = "/var/lib/dpkg/status.d";
constexpr size_t kMaxStatusFiles = 10000;
constexpr size_t kMaxStatusFileBytes = 1 << 20;

void add_packages(kit::Guest& guest, const DpkgStatus& status) {
  for (const DpkgPackage& package : status.packages)
    guest.add({.name = package.name,
               .epoch = package.version.epoch,
               .version = package.version.version,
               .release = package.version.release,
               .arch = package.arch,
               .url = package.homepage,
               .source_package = package.source,
               .summary = package.summary,
               .description = package.description});
}

void report_damage(kit::Guest& guest, const std::string& path, const DpkgStatus& status) {
  if (status.truncated)
    guest.problem(path, cat("more than ", kMaxDpkgPackages, " packages; the rest is left out"));
  if (status.first_bad_line != 0)
    guest.problem(path, cat("damaged from line ", status.first_bad_line, " on (", status.bad_lines,
                            " lines and ", status.bad_stanzas,
                            " packages are invalid): the list of applications may be incomplete"));
}

// True if the file told which packages there are.
bool take_status(kit::Guest& guest) {
  const auto text = read_or_report(guest, kStatus, kMaxDpkgStatusBytes);
  if (!text)
    return false;
  const DpkgStatus status = parse_dpkg_status(*text);
  report_damage(guest, kStatus, status);
  add_packages(guest, status);
  // A guest with dpkg has packages; a file without a single sound stanza is no database.
  return status.stanzas > status.bad_stanzas;
}

bool take_status_directory(kit::Guest& guest) {
  const auto names = guest.try_list(kStatusDirectory);
  if (!names)
    return false;
  bool found = false;
  size_t count = 0;
  for (const std::string& name : *names) {
    if (name.ends_with(".md5sums"))
      continue;
    if (++count > kMaxStatusFiles) {
      guest.problem(kStatusDirectory,
                    cat("more than ", kMaxStatusFiles, " files; the rest is left out"));
      break;
    }
    const std::string path = cat(kStatusDirectory, "/", name);
    const auto text = read_or_report(guest, path, kMaxStatusFileBytes);
    if (!text)
      continue;
    const DpkgStatus status = parse_dpkg_status(*text, WithoutStatus::Installed);
    report_damage(guest, path, status);
    add_packages(guest, status);
    found = found || !status.packages.empty();
  }
  return found;
}

}  // namespace

void add_dpkg_applications(kit::Guest& guest) {
  const bool has_status = take_status(guest);
  bool has_directory = false;
  try {
    has_directory = take_status_directory(guest);
  } catch (const kit::Error& e) {
    guest.problem(e.path(), e.what());
  }
  if (has_status || has_directory)
    guest.applications_done();
  else
    guest.problem(kStatus, "no readable package database: the applications are not known");
}

}  // namespace glovebox::inspect::linux_plugin
