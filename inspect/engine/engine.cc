// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two rounds. In the first every volume is mounted once and every plugin looks at it: all requests
// go out before the first answer is read, so a plugin that hangs costs its deadline and not the
// others' time. The claim of the highest confidence wins, the earlier plugin where two are equal.
// In the second round each root becomes an operating system: its mount table is resolved, the tree
// is put together as the guest would see it (so that a separate /usr or /var is just there), and
// the plugin that claimed the root describes the whole. Volumes stay mounted until the end: a tree
// of one volume needs no second mount.
#include "inspect/engine/engine.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/engine/mount_table.h"
#include "inspect/plugin/plugin.h"
#include "inspect/report/report_json.h"
#include "inspect/worker/worker.h"

namespace glovebox::inspect {
namespace {

using base::cat;
using base::Deadline;

constexpr size_t kMaxVolumes = 4096;
constexpr size_t kMaxProblems = 10000;  // and one that says that there are more

struct Plugin {
  Worker worker;
  std::string unusable = {};  // why it cannot be started, or will not be asked again
};

// A volume that a plugin claimed.
struct Claim {
  const Volume* volume;
  Plugin* plugin;
  Findings findings;
};

std::vector<std::string> shared_objects_in(const std::string& directory) {
  std::vector<std::string> paths;
  if (directory.empty())
    return paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.path().extension() == ".so")
      paths.push_back(entry.path());
  if (error)
    throw Error(Errc::System, cat(directory, ": ", error.message()), error.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool is_mountable(const Volume& volume) {
  return volume.vfs_type != "swap" && volume.vfs_type != "unknown" && !volume.vfs_type.empty();
}

bool is_prefix_path(const std::string& parent, const std::string& child) {
  return parent == "/" || child == parent || child.starts_with(parent + "/");
}

}  // namespace

// One inspection: what is learned on the way.
class Inspection {
 public:
  Inspection(std::vector<Plugin>& plugins,
             const WorkerLimits& limits,
             Volumes& volumes,
             const InspectOptions& options)
      : plugins_(plugins), limits_(limits), volumes_(volumes), options_(options) {}

  Report run() {
    report_unusable_plugins();
    try {
      disks_ = {volumes_.list(), volumes_.drives()};
    } catch (const Error& e) {
      problem("the guest's disks", e.what());
      return std::move(report_);
    }
    if (disks_.volumes.size() > kMaxVolumes) {
      problem("the guest's disks",
              cat("more than ", kMaxVolumes, " volumes; the rest is left out"));
      disks_.volumes.resize(kMaxVolumes);
    }
    for (const Volume& volume : disks_.volumes)
      if (is_mountable(volume))
        examine(volume);
    for (const Claim& claim : claims_) {
      if (claim.findings.role != Role::Root)
        continue;
      if (report_.operatingsystems.size() == kMaxSystems) {
        problem("operating systems", cat("more than ", kMaxSystems, "; the rest is left out"));
        break;
      }
      report_.operatingsystems.push_back(operating_system(claim));
    }
    drop_snapshots();
    return std::move(report_);
  }

 private:
  void problem(const std::string& where, const std::string& what) {
    Problem added{clean(where), clean(what)};
    if (told_.size() > kMaxProblems || !told_.insert(cat(added.where, '\n', added.what)).second)
      return;
    if (told_.size() > kMaxProblems)
      added = {"problems", cat("more than ", kMaxProblems, "; the rest is left out")};
    report_.problems.push_back(std::move(added));
  }

  // Guests' file names in a problem are told with the volume that holds them.
  void problems_of(const Findings& findings, const std::string& device) {
    for (const Problem& p : findings.problems)
      problem(p.where.empty() ? device : cat(device, ": ", p.where), p.what);
  }

  static std::string name_of(const Plugin& plugin) {
    if (const auto& hello = plugin.worker.hello())
      return cat("plugin ", hello->name);
    return cat("plugin ", std::filesystem::path(plugin.worker.plugin_path()).filename().string());
  }

  void report_unusable_plugins() {
    for (const Plugin& plugin : plugins_)
      if (!plugin.unusable.empty())
        problem(name_of(plugin), plugin.unusable);
  }

  void plugin_failed(Plugin& plugin, const std::string& device, const Error& e) {
    problem(cat(device, ": ", name_of(plugin)), e.what());
    if (e.code() == Errc::Timeout)  // waiting for it once is enough
      plugin.unusable = "it hung and was not asked again";
  }

  // --- First round

  void examine(const Volume& volume) {
    int root_fd;
    try {
      mounted_.push_back({&volume, volumes_.mount(volume)});
      root_fd = mounted_.back().tree->fd();
    } catch (const Error& e) {
      problem(volume.device, e.what());
      return;
    }
    const WorkerRequest request{
        .call = WorkerRequest::Call::Detect, .root_fd = root_fd, .known = known_of(volume)};
    std::vector<Plugin*> asked;
    for (Plugin& plugin : plugins_)
      if (ask(plugin, request, volume.device))
        asked.push_back(&plugin);
    const Deadline deadline = Deadline::after(limits_.detect);
    std::optional<Claim> best;
    for (Plugin* const plugin : asked)
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

  bool ask(Plugin& plugin, const WorkerRequest& request, const std::string& device) {
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

  std::optional<Findings> answer_of(Plugin& plugin,
                                    const Deadline& deadline,
                                    const std::string& device) {
    try {
      Findings findings = plugin.worker.receive(deadline);
      problems_of(findings, device);
      if (findings.result != 0)
        problem(cat(device, ": ", name_of(plugin)), cat("it failed with ", findings.result));
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
    if (const auto usr = coreos_usr(claim))
      mounts.insert(mounts.end(), {{root, "/"}, *usr});
    MountTable table = resolve_mounts(disks_, mounts, root);
    for (const Problem& p : table.problems) problem(p.where, p.what);
    os.mountpoints = std::move(table.mountpoints);
    os.filesystems = std::move(table.filesystems);
    map_drives(claim.findings, os);
    describe(claim, os);
    return os;
  }

  // CoreOS has two /usr partitions, used in turn, and no fstab: the one of the higher version is
  // the current one.
  std::optional<MountEntry> coreos_usr(const Claim& root) const {
    const auto text = [](const Findings& f, const char* key) {
      const auto found = f.strings.find(key);
      return found == f.strings.end() ? std::string() : found->second;
    };
    const auto version = [](const Findings& f) {
      const auto number = [&](const char* key) {
        const auto found = f.integers.find(key);
        return found == f.integers.end() ? 0 : found->second;
      };
      return std::pair(number("major_version"), number("minor_version"));
    };
    if (text(root.findings, "distro") != "coreos")
      return std::nullopt;
    const Claim* best = nullptr;
    for (const Claim& claim : claims_)
      if (claim.findings.role == Role::Usr && text(claim.findings, "distro") == "coreos" &&
          (!best || version(claim.findings) > version(best->findings)))
        best = &claim;
    if (!best)
      return std::nullopt;
    return MountEntry{best->volume->device, "/usr"};
  }

  void map_drives(const Findings& findings, OperatingSystem& os) {
    for (const MountEntry& mapping : findings.drive_mappings)
      if (const auto device = resolve_spec(disks_, mapping.spec, os.root))
        os.drive_mappings.push_back({mapping.mountpoint, *device});
    std::sort(os.drive_mappings.begin(), os.drive_mappings.end(),
              [](const DriveMapping& a, const DriveMapping& b) { return a.name < b.name; });
  }

  void describe(const Claim& claim, OperatingSystem& os) {
    Plugin& plugin = *claim.plugin;
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
      problem(os.root, "its list of applications is too large for the report");
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
      problem(os.root, e.what());
    }
    for (const Problem& p : problems) problem(p.where, p.what);
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

  // A btrfs snapshot of a system that is there itself is a backup, not a second system.
  void drop_snapshots() {
    const auto is_snapshot = [&](const OperatingSystem& os) {
      const Volume* const volume = find_volume(disks_, os.root);
      return volume && volume->is_snapshot;
    };
    const auto same_system = [&](const OperatingSystem& a, const OperatingSystem& b) {
      return base_device(disks_, a.root) == base_device(disks_, b.root) && a.name == b.name &&
             a.distro == b.distro && a.product_name == b.product_name &&
             a.major_version == b.major_version && a.minor_version == b.minor_version;
    };
    auto& all = report_.operatingsystems;
    std::vector<OperatingSystem> originals;
    for (const OperatingSystem& os : all)
      if (!is_snapshot(os))
        originals.push_back(os);
    std::erase_if(all, [&](const OperatingSystem& os) {
      return is_snapshot(os) &&
             std::any_of(originals.begin(), originals.end(),
                         [&](const OperatingSystem& other) { return same_system(os, other); });
    });
  }

  struct Mounted {
    const Volume* volume;
    std::unique_ptr<MountedTree> tree;
  };

  std::vector<Plugin>& plugins_;
  const WorkerLimits& limits_;
  Volumes& volumes_;
  const InspectOptions& options_;
  Disks disks_;
  std::vector<Mounted> mounted_;
  std::vector<Claim> claims_;
  std::set<std::string> told_;
  size_t application_bytes_ = 0;
  Report report_;
};

struct Engine::Impl {
  WorkerLimits limits;
  std::vector<Plugin> plugins;
};

Engine::Engine(const std::string& plugins_directory, const WorkerLimits& limits)
    : impl_(std::make_unique<Impl>()) {
  impl_->limits = limits;
  for (const std::string& path : shared_objects_in(plugins_directory)) add_plugin(path);
}

Engine::~Engine() = default;

void Engine::add_plugin(const std::string& path) {
  impl_->plugins.push_back({Worker(path, impl_->limits)});
}

void Engine::start_workers() {
  for (Plugin& plugin : impl_->plugins) {
    if (!plugin.unusable.empty())
      continue;
    try {
      plugin.worker.start();
    } catch (const Error& e) {
      plugin.unusable = e.what();
    }
  }
}

std::vector<PluginInfo> Engine::plugins() {
  start_workers();
  std::vector<PluginInfo> infos;
  for (const Plugin& plugin : impl_->plugins) {
    PluginInfo info{.path = plugin.worker.plugin_path(), .problem = plugin.unusable};
    if (const auto& hello = plugin.worker.hello()) {
      info.name = hello->name;
      info.description = hello->description;
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

Report Engine::inspect(Volumes& volumes, const InspectOptions& options) {
  start_workers();
  return Inspection(impl_->plugins, impl_->limits, volumes, options).run();
}

}  // namespace glovebox::inspect
