// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: inspection. The report of the last inspection answers them all.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/compression.h"
#include "daemon/inspection.h"
#include "daemon/process/pipeline.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"
#include "inspect/parsers/binary/elf_arch.h"
#include "inspect/parsers/binary/pe_arch.h"
#include "inspect/report/report_json.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kPlugins = "/run/plugin-XXXXXX";
constexpr uint64_t kMaxPluginBytes = 64 << 20;

constexpr std::string_view kCpio = "0707";  // "070701", "070702", and the portable "070707"

std::string program_architecture(std::string_view head) {
  const std::string arch = inspect::elf_arch(head);
  return arch.empty() ? inspect::pe_arch(head) : arch;
}

// That of the first program that a ramdisk is sure to have; the names are libguestfs's.
std::string initrd_architecture(Appliance& app, const std::string& path) {
  const std::vector<std::string> there = initrd_list(app, path);
  for (const char* directory : {"", "usr/"})
    for (const char* program : {"bin/bash", "bin/dash", "bin/nash", "bin/sh", "bin/busybox",
                                "bin/kmod", "bin/modprobe", "sbin/modprobe", "bin/ls", "bin/rm"}) {
      const std::string name = base::cat(directory, program);
      const auto found = std::ranges::find_if(there, [&](const std::string& listed) {
        return listed == name || listed == "./" + name;
      });
      if (found == there.end())
        continue;
      try {
        if (std::string arch = program_architecture(initrd_cat(app, path, *found)); !arch.empty())
          return arch;
      } catch (const Error&) {
        // A symbolic link, or damaged: perhaps the next one.
      }
    }
  return {};
}

const inspect::OperatingSystem& system_of(Appliance& app, const std::string& root) {
  const std::optional<inspect::Report>& report = app.inspection->last();
  if (!report)
    throw Error(Errc::Usage, "no inspection data: call guestfs_inspect_os first", EINVAL);
  for (const inspect::OperatingSystem& system : report->operatingsystems)
    if (system.root == root)
      return system;
  Mountable what = parse_mountable(root);
  what.device = app.device(what.device).name;  // /dev/vda1 is /dev/sda1
  for (const inspect::OperatingSystem& system : report->operatingsystems)
    if (system.root == to_string(what))
      return system;
  throw Error(Errc::Usage,
              base::cat(base::escape(root),
                        ": root not found: only call this function with a root device "
                        "previously returned by guestfs_inspect_os"),
              EINVAL);
}

std::string or_unknown(const std::string& text) {
  return text.empty() ? "unknown" : text;
}

std::vector<std::string> roots_of(const inspect::Report& report) {
  std::vector<std::string> roots;
  for (const inspect::OperatingSystem& system : report.operatingsystems)
    roots.push_back(system.root);
  return roots;
}

std::string problem_of(const inspect::Report& report, const std::string& root) {
  for (const inspect::Problem& problem : report.problems)
    if (problem.where.starts_with(root))
      return base::cat(problem.where, ": ", problem.what);
  return base::cat(root, ": the list of applications cannot be read");
}

// Not every system has each of these.
const std::string& known(const std::string& text, const std::string& root, const char* what) {
  if (text.empty())
    throw Error(Errc::NotFound, base::cat(base::escape(root), ": ", what), ENOTSUP);
  return text;
}

// The registry's files lie below the system root.
std::string hive_path(const inspect::OperatingSystem& system, const char* name) {
  return known(system.windows_systemroot, system.root, "not a Windows system") +
         "/system32/config/" + name;
}

Application to_application(const inspect::Application& app) {
  return {.app_name = app.name,
          .app_display_name = app.display_name,
          .app_epoch = app.epoch,
          .app_version = app.version,
          .app_release = app.release,
          .app_install_path = app.install_path,
          .app_publisher = app.publisher,
          .app_url = app.url,
          .app_source_package = app.source_package,
          .app_summary = app.summary,
          .app_description = app.description};
}

Application2 to_application2(const inspect::Application& app) {
  return {.app2_name = app.name,
          .app2_display_name = app.display_name,
          .app2_epoch = app.epoch,
          .app2_version = app.version,
          .app2_release = app.release,
          .app2_arch = app.arch,
          .app2_install_path = app.install_path,
          .app2_publisher = app.publisher,
          .app2_url = app.url,
          .app2_source_package = app.source_package,
          .app2_summary = app.summary,
          .app2_description = app.description};
}

// inspect_os leaves the packages out, because most of its callers never ask; who asks has the
// drives looked at once more.
const std::vector<inspect::Application>& applications_of(Appliance& app, const std::string& root) {
  if (!system_of(app, root).applications)
    app.inspection->run(app, {.applications = true, .icon = false});
  const inspect::OperatingSystem& system = system_of(app, root);
  if (!system.applications)
    throw Error(Errc::System, base::escape(problem_of(*app.inspection->last(), root)), EIO);
  return *system.applications;
}

}  // namespace

std::vector<std::string> inspect_os(Appliance& app, Progress& progress) {
  progress.throw_if_cancelled();
  umount_all(app);
  return roots_of(app.inspection->run(app, {.applications = false, .icon = false}));
}

std::vector<std::string> inspect_get_roots(Appliance& app) {
  if (!app.inspection->last())
    return {};
  return roots_of(*app.inspection->last());
}

std::string inspect_get_type(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).name);
}

std::string inspect_get_distro(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).distro);
}

std::string inspect_get_product_name(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).product_name);
}

std::string inspect_get_product_variant(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).product_variant);
}

int32_t inspect_get_major_version(Appliance& app, const std::string& root) {
  return system_of(app, root).major_version.value_or(0);
}

int32_t inspect_get_minor_version(Appliance& app, const std::string& root) {
  return system_of(app, root).minor_version.value_or(0);
}

std::string inspect_get_package_format(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).package_format);
}

std::string inspect_get_package_management(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).package_management);
}

std::string inspect_get_arch(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).arch);
}

std::string inspect_get_hostname(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).hostname);
}

std::string inspect_get_osinfo(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).osinfo);
}

std::string inspect_get_build_id(Appliance& app, const std::string& root) {
  return or_unknown(system_of(app, root).build_id);
}

std::vector<std::pair<std::string, std::string>> inspect_get_mountpoints(Appliance& app,
                                                                         const std::string& root) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const inspect::Mountpoint& mountpoint : system_of(app, root).mountpoints)
    result.push_back({mountpoint.path, mountpoint.dev});
  return result;
}

std::vector<std::string> inspect_get_filesystems(Appliance& app, const std::string& root) {
  std::vector<std::string> result;
  for (const inspect::Filesystem& filesystem : system_of(app, root).filesystems)
    result.push_back(filesystem.dev);
  return result;
}

std::string inspect_get_format(Appliance& app, const std::string& root) {
  system_of(app, root);
  return "installed";
}

bool inspect_is_live(Appliance& app, const std::string& root) {
  system_of(app, root);
  return false;
}

bool inspect_is_netinst(Appliance& app, const std::string& root) {
  return inspect_is_live(app, root);
}

bool inspect_is_multipart(Appliance& app, const std::string& root) {
  return inspect_is_live(app, root);
}

std::vector<std::pair<std::string, std::string>> inspect_get_drive_mappings(
    Appliance& app, const std::string& root) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const inspect::DriveMapping& mapping : system_of(app, root).drive_mappings)
    result.push_back({mapping.name, mapping.dev});
  return result;
}

std::string inspect_get_windows_systemroot(Appliance& app, const std::string& root) {
  return known(system_of(app, root).windows_systemroot, root,
               "not a Windows guest, or systemroot could not be determined");
}

std::string inspect_get_windows_current_control_set(Appliance& app, const std::string& root) {
  return known(system_of(app, root).windows_current_control_set, root,
               "not a Windows guest, or CurrentControlSet could not be determined");
}

std::string inspect_get_windows_software_hive(Appliance& app, const std::string& root) {
  return hive_path(system_of(app, root), "software");
}

std::string inspect_get_windows_system_hive(Appliance& app, const std::string& root) {
  return hive_path(system_of(app, root), "system");
}

std::vector<Application> inspect_list_applications(Appliance& app, const std::string& root) {
  std::vector<Application> result;
  for (const inspect::Application& application : applications_of(app, root))
    result.push_back(to_application(application));
  return result;
}

std::vector<Application2> inspect_list_applications2(Appliance& app, const std::string& root) {
  std::vector<Application2> result;
  for (const inspect::Application& application : applications_of(app, root))
    result.push_back(to_application2(application));
  return result;
}

bool internal_met_damage(Appliance& app) {
  return app.inspection->met_damage();
}

void internal_add_plugin(Appliance& app, FileInStream& plugin, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
      name.size() > NAME_MAX)
    throw Error(Errc::Usage, base::cat("'", base::escape(name), "' is not a file's name"), EINVAL);
  // A directory each: two plugins may have one name.
  std::string directory = kPlugins;
  if (::mkdtemp(directory.data()) == nullptr || ::chmod(directory.c_str(), 0755) != 0)
    base::throw_errno(directory);
  const std::string path = directory + "/" + name;
  base::UniqueFd fd = base::open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  uint64_t done = 0;
  for (std::string_view piece = plugin.next(); !piece.empty(); piece = plugin.next()) {
    done += piece.size();
    if (done > kMaxPluginBytes)
      throw Error(Errc::Usage,
                  base::cat(base::escape(name), ": larger than ", kMaxPluginBytes >> 20, " MiB"),
                  EFBIG);
    base::write_all(fd.get(), piece, base::escape(path));
  }
  base::with_context(base::escape(path), [&] { fd.close(); });
  app.inspection->add_plugin(path);
}

std::string inspect_get_icon(Appliance& app,
                             const std::string& root,
                             const InspectGetIconOptions&) {
  system_of(app, root);
  if (!app.inspection->has_icons())
    app.inspection->run(app, {.applications = true, .icon = true});
  return system_of(app, root).icon;
}

std::string file_architecture(Appliance& app, const std::string& filename) {
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(filename, O_RDONLY);
  std::string head(inspect::kPeHeadBytes, '\0');
  head.resize(base::pread_some(fd.get(), head.data(), head.size(), 0, base::escape(filename)));
  if (const std::vector<std::string> unpack = unpacker_of(head); !unpack.empty())
    head = run_pipeline(
        {{.argv = unpack}, {.argv = {"head", "-c", std::to_string(inspect::kPeHeadBytes)}}}, fd,
        inspect::kPeHeadBytes);
  const std::string arch =
      head.starts_with(kCpio) ? initrd_architecture(app, filename) : program_architecture(head);
  if (arch.empty())
    throw Error(Errc::Unsupported,
                base::escape(filename) + ": unknown architecture, or not a program", EINVAL);
  return arch;
}

void internal_inspect(Appliance& app,
                      FileOutStream& report,
                      const InternalInspectOptions& optargs,
                      Progress& progress) {
  progress.throw_if_cancelled();
  umount_all(app);
  report.write(inspect::to_json(
      app.inspection->run(app, {.applications = !optargs.noapplications.value_or(false),
                                .icon = !optargs.noicon.value_or(false)})));
}

}  // namespace glovebox::guestd
