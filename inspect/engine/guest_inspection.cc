// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two rounds. In the first every volume is mounted once and every plugin looks at it: all requests
// go out before the first answer is read, so a plugin that hangs costs its deadline and not the
// others' time. The claim of the highest confidence wins, the earlier plugin where two are equal.
// In the second round each root becomes an operating system: its mount table is resolved, the tree
// is put together as the guest would see it (so that a separate /usr or /var is just there), and
// the plugin that claimed the root describes the whole. Volumes stay mounted until the end: a tree
// of one volume needs no second mount.
#include "inspect/engine/guest_inspection.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/engine/claim.h"
#include "inspect/engine/mount_table.h"
#include "inspect/engine/problem_list.h"
#include "inspect/engine/separate_usr.h"
#include "inspect/engine/snapshots.h"
#include "inspect/plugin/plugin.h"
#include "inspect/report/report_json.h"

namespace glovebox::inspect {
namespace {

using base::cat;
using base::Deadline;

constexpr size_t kMaxVolumes = 4096;

bool is_root(Role role) {
  return role == Role::Root || role == Role::SplitRoot;
}

bool is_mountable(const Volume& volume) {
  return volume.vfs_type != "swap" && volume.vfs_type != "unknown" && !volume.vfs_type.empty();
}

bool is_prefix_path(const std::string& parent, const std::string& child) {
  return parent == "/" || child == parent || child.starts_with(parent + "/");
}

// What is learned on the way.
class GuestInspection {
 public:
  GuestInspection(std::vector<PluginProcess>& plugins,
                  const WorkerLimits& limits,
                  Volumes& volumes,
                  const InspectOptions& options)
      : plugins_(plugins), limits_(limits), volumes_(volumes), options_(options) {}

  Report run() {
    report_unusable_plugins();
    try {
      disks_ = {volumes_.list(), volumes_.drives()};
    } catch (const Error& e) {
      problems_.add("the guest's disks", e.what());
      return finish();
    }
    if (disks_.volumes.size() > kMaxVolumes) {
      problems_.add("the guest's disks",
                    cat("more than ", kMaxVolumes, " volumes; the rest is left out"));
      disks_.volumes.resize(kMaxVolumes);
    }
    for (const Volume& volume : disks_.volumes)
      if (is_mountable(volume))
        examine(volume);
    for (const Claim& claim : claims_) {
      if (!is_root(claim.findings.role))
        continue;
      if (report_.operatingsystems.size() == kMaxSystems) {
        problems_.add("operating systems",
                      cat("more than ", kMaxSystems, "; the rest is left out"));
        break;
      }
      report_.operatingsystems.push_back(operating_system(claim));
    }
    drop_snapshots(disks_, report_.operatingsystems);
    return finish();
  }

 private:
  Report finish() {
    report_.problems = problems_.take();
    return std::move(report_);
  }

  // Guests' file names in a problem are told with the volume that holds them.
  void problems_of(const Findings& findings, const std::string& device) {
    for (const Problem& p : findings.problems)
      problems_.add(p.where.empty() ? device : cat(device, ": ", p.where), p.what);
  }

  void report_unusable_plugins() {
    for (const PluginProcess& plugin : plugins_)
      if (!plugin.unusable.empty())
        problems_.add(name_of(plugin), plugin.unusable);
  }

  void plugin_failed(PluginProcess& plugin, const std::string& device, const Error& e) {
    problems_.add(cat(device, ": ", name_of(plugin)), e.what());
    if (e.code() == Errc::Timeout)  // waiting for it once is enough
      plugin.unusable = "it hung and was not called again";
  }

  // --- First round

  void examine(const Volume& volume) {
    int root_fd;
    try {
      mounted_.push_back({&volume, volumes_.mount(volume)});
      root_fd = mounted_.back().tree->fd();
    } catch (const Error& e) {
      problems_.add(volume.device, e.what());
      return;
    }
    const WorkerRequest request{
        .call = WorkerRequest::Call::Detect, .root_fd = root_fd, .known = known_of(volume)};
    std::vector<PluginProcess*> asked;
    for (PluginProcess& plugin : plugins_)
      if (ask(plugin, request, volume.device))
        asked.push_back(&plugin);
    const Deadline deadline = Deadline::after(limits_.detect);
    std::optional<Claim> best;
    for (PluginProcess* const plugin : asked)
      if (auto findings = answer_of(*plugin, deadline, volume.device);
          findings && findings->role != Role::None &&
          (!best || findings->confidence > best->findings.confidence))
        best = Claim{&volume, plugin, std::move(*findings)};
    if (best)
      claims_.push_back(std::move(*best));
  }

  static std::map<std::string, std::string> known_of(const Volume& volume) {
    return {{"device", volume.device},
            {"vfs_type", volume.vfs_type},
            {"uuid", volume.uuid},
            {"label", volume.label}};
  }

  bool ask(PluginProcess& plugin, const WorkerRequest& request, const std::string& device) {
    if (!plugin.unusable.empty())
      return false;
    try {
      plugin.worker.start();
      plugin.worker.send(request);
      return true;
    } catch (const Error& e) {
      plugin_failed(plugin, device, e);
      return false;
    }
  }

  std::optional<Findings> answer_of(PluginProcess& plugin,
                                    const Deadline& deadline,
                                    const std::string& device) {
    try {
      Findings findings = plugin.worker.receive(deadline);
      problems_of(findings, device);
      if (findings.result != 0)
        problems_.add(cat(device, ": ", name_of(plugin)), cat("it failed with ", findings.result));
      return findings;
    } catch (const Error& e) {
      plugin_failed(plugin, device, e);
      return std::nullopt;
    }
  }

  // --- Second round

  OperatingSystem operating_system(const Claim& claim) {
    const std::string& root = claim.volume->device;
    OperatingSystem os{.root = root};
    apply_fields(claim.findings, os);
    std::vector<MountEntry> mounts = claim.findings.mounts;
    if (const Volume* const usr = separate_usr_of(claim, claims_))
      mounts.insert(mounts.end(), {{root, "/"}, {usr->device, "/usr"}});
    MountTable table = resolve_mounts(disks_, mounts, root);
    problems_.add(table.problems);
    os.mountpoints = std::move(table.mountpoints);
    os.filesystems = std::move(table.filesystems);
    map_drives(claim.findings, os);
    describe(claim, os);
    return os;
  }

  void map_drives(const Findings& findings, OperatingSystem& os) {
    for (const MountEntry& mapping : findings.drive_mappings)
      if (const auto device = resolve_spec(disks_, mapping.spec, os.root))
        os.drive_mappings.push_back({mapping.mountpoint, *device});
    std::sort(os.drive_mappings.begin(), os.drive_mappings.end(),
              [](const DriveMapping& a, const DriveMapping& b) { return a.name < b.name; });
  }

  void describe(const Claim& claim, OperatingSystem& os) {
    PluginProcess& plugin = *claim.plugin;
    if (!plugin.worker.hello() || !plugin.worker.hello()->has_describe)
      return;
    std::unique_ptr<MountedTree> merged;
    const int root_fd = tree_of(claim, os, merged);
    WorkerRequest request{.call = WorkerRequest::Call::Describe,
                          .root_fd = root_fd,
                          .known = known_of(*claim.volume),
                          .wants = wants()};
    for (const auto& [key, value] : claim.findings.strings) request.known[key] = value;
    if (!ask(plugin, request, os.root))
      return;
    auto findings = answer_of(plugin, Deadline::after(limits_.describe), os.root);
    if (!findings)
      return;
    apply_fields(*findings, os);
    if (options_.applications)
      take_applications(*findings, os);
    if (options_.icon)
      os.icon = std::move(findings->icon);
  }

  uint32_t wants() const {
    return (options_.applications ? GLOVEBOX_INSPECT_WANT_APPLICATIONS : 0) |
           (options_.icon ? GLOVEBOX_INSPECT_WANT_ICON : 0);
  }

  void take_applications(Findings& findings, OperatingSystem& os) {
    if (!findings.applications)
      return;
    size_t bytes = 0;
    for (const Application& a : *findings.applications)
      bytes += 200 + a.name.size() + a.version.size() + a.summary.size() + a.description.size() +
               a.url.size() + a.install_path.size() + a.publisher.size() + a.display_name.size();
    if (application_bytes_ + bytes > options_.most_application_bytes) {
      problems_.add(os.root, "its list of applications is too large for the report");
      return;
    }
    application_bytes_ += bytes;
    os.applications = std::move(findings.applications);
    std::stable_sort(os.applications->begin(), os.applications->end(),
                     [](const Application& a, const Application& b) { return a.name < b.name; });
  }

  // The descriptor of the whole guest's tree: the root volume's own if nothing that describe()
  // reads is mounted into it.
  int tree_of(const Claim& claim, const OperatingSystem& os, std::unique_ptr<MountedTree>& merged) {
    std::vector<Mountpoint> wanted{{claim.volume->device, "/"}};
    for (const Mountpoint& m : os.mountpoints)
      if (m.path != "/" && is_read(m.path, *claim.plugin->worker.hello()) && is_there(m.dev))
        wanted.push_back(m);
    const int root_fd = fd_of(*claim.volume);
    if (wanted.size() == 1)
      return root_fd;
    std::vector<Problem> problems;
    try {
      merged = volumes_.mount_tree(wanted, problems);
    } catch (const Error& e) {
      problems_.add(os.root, e.what());
    }
    problems_.add(problems);
    return merged ? merged->fd() : root_fd;
  }

  static bool is_read(const std::string& mountpoint, const Hello& hello) {
    return hello.reads_everything ||
           std::any_of(hello.describe_paths.begin(), hello.describe_paths.end(),
                       [&](const std::string& path) {
                         return is_prefix_path(mountpoint, path) ||
                                is_prefix_path(path, mountpoint);
                       });
  }

  bool is_there(const std::string& device) const {
    const Volume* const volume = find_volume(disks_, base_device(disks_, device));
    return volume && is_mountable(*volume);
  }

  int fd_of(const Volume& volume) const {
    for (const Mounted& mounted : mounted_)
      if (mounted.volume == &volume)
        return mounted.tree->fd();
    return -1;
  }

  struct Mounted {
    const Volume* volume;
    std::unique_ptr<MountedTree> tree;
  };

  std::vector<PluginProcess>& plugins_;
  const WorkerLimits& limits_;
  Volumes& volumes_;
  const InspectOptions& options_;
  Disks disks_;
  std::vector<Mounted> mounted_;
  std::vector<Claim> claims_;
  ProblemList problems_;
  size_t application_bytes_ = 0;
  Report report_;
};

}  // namespace

Report inspect_guest(std::vector<PluginProcess>& plugins,
                     const WorkerLimits& limits,
                     Volumes& volumes,
                     const InspectOptions& options) {
  return GuestInspection(plugins, limits, volumes, options).run();
}

}  // namespace glovebox::inspect
