// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/inspection.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/block/mapping_name.h"
#include "daemon/block/partition_faults.h"
#include "daemon/block/volumes.h"
#include "daemon/formats/dm_name.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/private_mounts.h"

namespace glovebox::guestd {
namespace {

constexpr uint64_t kXfsVersionOffset = 100;  // sb_versionnum; the low four bits are the version
constexpr const char* kArrayLinks = "/dev/md";

class Tree : public inspect::MountedTree {
 public:
  Tree(const std::string& path, std::unique_ptr<PrivateMount> place)
      : place_(std::move(place)), fd_(base::open_file(path, O_PATH | O_DIRECTORY)) {}
  int fd() const override { return fd_.get(); }

 private:
  std::unique_ptr<PrivateMount> place_;  // of a tree of several; null for a mount that is kept
  base::UniqueFd fd_;                    // closed first
};

std::optional<int32_t> xfs_version(const BlockDevice& device) {
  base::be16 version;
  const base::UniqueFd fd = base::open_file(device.name, O_RDONLY);
  if (base::pread_some(fd.get(), &version, sizeof version, kXfsVersionOffset, device.name) !=
      sizeof version)
    return std::nullopt;
  return version & 0xf;
}

// The UUID of an array is its members' as libblkid sees them.
std::string array_uuid(Appliance& app, const BlockDevice& array) {
  const std::string slaves = base::cat("/sys/class/block/", array.kernel_name, "/slaves");
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(slaves.c_str()), ::closedir);
  while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr)
    for (const auto& devices :
         {app.devices.drives(), app.devices.partitions(), app.devices.mappings()})
      for (const BlockDevice& device : devices)
        if (device.kernel_name == entry->d_name)
          return app.prober.content(device).uuid;
  return {};
}

// "/dev/md/data" for the array that it leads to.
std::vector<std::string> array_aliases(const BlockDevice& array) {
  std::vector<std::string> result;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(kArrayLinks), ::closedir);
  while (const dirent* entry = directory ? ::readdir(directory.get()) : nullptr) {
    const std::string path = base::cat(kArrayLinks, "/", entry->d_name);
    struct stat status = {};
    if (entry->d_name[0] != '.' && ::stat(path.c_str(), &status) == 0 &&
        status.st_rdev == array.number)
      result.push_back(path);
  }
  return result;
}

inspect::Volume describe(Appliance& app, const FoundVolume& found) {
  inspect::Volume volume = {.device = to_string(found.what),
                            .vfs_type = found.content.type,
                            .uuid = found.content.uuid,
                            .label = found.content.label,
                            .size_bytes = found.content.size_bytes,
                            .is_snapshot = found.is_snapshot};
  if (const std::optional<PartitionEntry> entry = partition_entry(app.devices, app.prober, found.device)) {
    volume.partuuid = entry->uuid;
    volume.partlabel = entry->name;
  }
  if (found.device.kernel_name.starts_with("dm-")) {
    const std::string uuid = mapping_attribute(found.device, "uuid");
    volume.lvm_uuid = lvm_uuid_of(uuid).value_or("");
    volume.luks_uuid = luks_uuid_of(uuid).value_or("");
    volume.aliases = {"/dev/" + found.device.kernel_name,
                      "/dev/mapper/" + mapping_attribute(found.device, "name")};
  } else if (found.device.kernel_name.starts_with("md")) {
    volume.md_uuid = array_uuid(app, found.device);
    volume.aliases = array_aliases(found.device);
  }
  if (volume.vfs_type == "xfs")
    volume.xfs_version = xfs_version(found.device);
  return volume;
}

std::string closed_text(const std::string& type) {
  return base::cat("it is encrypted (", type == "crypto_LUKS" ? "LUKS" : type,
                   ") and was not opened, so its contents are not known");
}

// Plugins tell what went wrong as text; these are the kernel's words for blocks that make no sense.
bool tells_damage(const inspect::Problem& problem) {
  for (const int errnum : {EUCLEAN, EBADMSG, EIO})
    if (problem.what == base::errno_text(errnum))
      return true;
  return false;
}

}  // namespace

class Inspection::GuestVolumes : public inspect::Volumes {
 public:
  void begin(Appliance& app) {
    app_ = &app;
    problems_.clear();
    damaged_ = false;
  }
  // After the engine is done with the mounts.
  void end() { mounts_.release_passing(); }
  bool damaged() const { return damaged_; }
  const std::vector<inspect::Problem>& problems() const { return problems_; }
  void release() { mounts_.release(); }

  std::vector<inspect::Volume> list() override {
    std::vector<inspect::Volume> result;
    for (const AssemblyProblem& problem : find_partition_faults(app_->assembly))
      problems_.push_back({problem.device, problem.what});
    std::map<std::string, std::string> btrfs;  // by UUID: the device where it was found first
    for (const FoundVolume& found : list_volumes(app_->assembly)) {
      if (found.content.type == "btrfs" &&
          btrfs.emplace(found.content.uuid, found.device.name).first->second != found.device.name)
        continue;  // another device of the same file system: the same guest once more
      try {
        result.push_back(describe(*app_, found));
      } catch (const Error& e) {
        problems_.push_back({to_string(found.what), e.what()});
        damaged_ = true;
      }
    }
    for (const FoundVolume& container : list_encrypted(app_->assembly))
      problems_.push_back({container.device.name, closed_text(container.content.type)});
    for (const AssemblyProblem& problem : app_->assembly.problems()) {
      problems_.push_back({problem.device, problem.what});
      damaged_ = true;
    }
    return result;
  }

  std::vector<std::string> drives() override {
    std::vector<std::string> names;
    for (const BlockDevice& drive : app_->devices.drives()) names.push_back(drive.name);
    return names;
  }

  std::unique_ptr<inspect::MountedTree> mount(const inspect::Volume& volume) override {
    return std::make_unique<Tree>(mount_path(volume.device, volume.vfs_type), nullptr);
  }

  std::unique_ptr<inspect::MountedTree> mount_tree(
      const std::vector<inspect::Mountpoint>& mountpoints,
      std::vector<inspect::Problem>& problems) override {
    if (mountpoints.empty())
      throw Error(Errc::Usage, "a tree needs a file system for /", EINVAL);
    std::unique_ptr<PrivateMount> place = mounts_.make_place();
    bind(mount_path(mountpoints.front().dev, ""), place->path());
    for (size_t i = 1; i < mountpoints.size(); ++i) {
      try {
        // Opened anew each time: what is mounted so far has to be in sight.
        const base::UniqueFd root = base::open_file(place->path(), O_PATH | O_DIRECTORY);
        const base::UniqueFd point =
            open_beneath(root.get(), mountpoints[i].path, O_PATH | O_DIRECTORY);
        bind(mount_path(mountpoints[i].dev, ""), path_of(point));
      } catch (const Error& e) {
        problems.push_back(
            {mountpoints[i].dev,
             base::cat("mount on ", base::escape(mountpoints[i].path), ": ", e.what())});
      }
    }
    const std::string path = place->path();
    return std::make_unique<Tree>(path, std::move(place));
  }

 private:
  static void bind(const std::string& from, const std::string& to) {
    if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0)
      base::throw_errno(to);
  }

  // Where the mountable is mounted; an empty type is asked from libblkid.
  std::string mount_path(const std::string& mountable, const std::string& type) {
    const Mountable what = parse_mountable(mountable);
    const BlockDevice device = app_->device(what.device);
    for (const Mounts::Entry& entry : app_->mounts.entries())
      if (entry.writable && entry.mountable == to_string(what))
        return mounts_.mirror(entry.mountable, entry.target);
    try {
      const PrivateMounts::Found found =
          mounts_.mount({.what = what,
                         .device = device,
                         .type = type.empty() ? app_->prober.content(device).type : type});
      if (!found.problem.empty()) {
        problems_.push_back({mountable, found.problem});
        damaged_ = true;
      }
      return found.path;
    } catch (const Error& e) {
      damaged_ = damaged_ || e.errnum() != ENODEV;  // ENODEV: a type that the kernel does not know
      throw;
    }
  }

  Appliance* app_ = nullptr;
  PrivateMounts mounts_;
  std::vector<inspect::Problem> problems_;
  bool damaged_ = false;
};

Inspection::Inspection(const std::string& plugins_directory)
    : engine_(plugins_directory), volumes_(std::make_unique<GuestVolumes>()) {
  engine_.start_workers();
}

Inspection::~Inspection() = default;

const inspect::Report& Inspection::run(Appliance& app, const inspect::InspectOptions& options) {
  volumes_->begin(app);
  report_ = engine_.inspect(*volumes_, options);
  has_icons_ = options.icon;
  const std::vector<inspect::Problem>& more = volumes_->problems();
  report_->problems.insert(report_->problems.end(), more.begin(), more.end());
  volumes_->end();
  return *report_;
}

bool Inspection::met_damage() const {
  return volumes_->damaged() ||
         (report_ && std::any_of(report_->problems.begin(), report_->problems.end(), tells_damage));
}

void Inspection::release() {
  volumes_->release();
}

}  // namespace glovebox::guestd
