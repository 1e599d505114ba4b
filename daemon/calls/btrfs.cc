// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: btrfs, by btrfs-progs.
#include "guestd/functions/btrfs.h"

#include <algorithm>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/btrfs_progs.h"
#include "daemon/formats/device_name.h"
#include "daemon/formats/mount_options.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/mounts.h"
#include "daemon/sysroot/private_mounts.h"
#include "daemon/sysroot/tree_path.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kPlace = "/run/inspect/btrfs";

// `about` is the device or the guest's path, as the caller gave it.
std::string btrfs(const Words& arguments, const std::string& about) {
  return run_program({.argv = Arguments{"btrfs"}.add_all(arguments),
                      .about = base::escape(about),
                      .timeout = kLongTimeout});
}

std::string on_tree(Appliance& app, Words arguments, const std::string& path) {
  arguments.push_back(tree_path(app.mounts, path));
  return btrfs(arguments, path);
}

// `fs` is a path of the guest's, or a mountable, which is mounted out of sight for the call.
std::string on_filesystem(Appliance& app, const Words& arguments, const std::string& fs) {
  if (fs.starts_with('/') && !names_device(fs))
    return on_tree(app, arguments, fs);
  const Mountable what = parse_mountable(fs);
  const DeviceChange change(app, what.device);
  app.assembly.assemble();  // the kernel mounts one of several devices once it knows them all
  const PrivateMount place(kPlace);
  mount_or_only_read({.what = {change.name(), what.subvolume},
                      .device = change.device(),
                      .type = "btrfs",
                      .options = parse_mount_options("")},
                     place.path());
  return btrfs(Arguments(arguments).add(place.path()), fs);
}

std::string on_device(Appliance& app, Words arguments, const std::string& device) {
  const DeviceChange change(app, device);
  arguments.push_back(change.name());
  return btrfs(arguments, change.name());
}

void btrfstune(Appliance& app, const std::string& device, const Words& options) {
  const DeviceChange change(app, device);
  run_program({.argv = Arguments{"btrfstune", "-f"}.add_all(options).add(change.name()),
               .about = change.name(),
               .timeout = kLongTimeout});
}

// Devices that a call writes to, and their names.
struct Changes {
  Changes(Appliance& app, const std::vector<std::string>& devices) {
    for (const std::string& device : devices) {
      changes.push_back(std::make_unique<DeviceChange>(app, device));
      names.push_back(changes.back()->name());
    }
  }
  std::vector<std::unique_ptr<DeviceChange>> changes;
  Words names;
};

void add_or_delete(Appliance& app,
                   const char* verb,
                   const Words& options,
                   const std::vector<std::string>& devices,
                   const std::string& fs) {
  if (devices.empty())
    return;
  const Changes changes(app, devices);
  on_tree(app, Arguments{"device", verb}.add_all(options).add_all(changes.names), fs);
}

}  // namespace

void mkfs_btrfs(Appliance& app,
                const std::vector<std::string>& devices,
                const MkfsBtrfsOptions& optargs) {
  Arguments argv{"mkfs.btrfs", "--force"};
  const auto number = [&](const char* option, const std::optional<int64_t>& value,
                          const char* name) {
    if (value && *value <= 0)
      refuse(base::cat(name, " must be > 0"));
    argv.add_option(option, value);
  };
  if (devices.empty())
    refuse("list of devices must be non-empty");
  argv.add_option("--alloc-start", at_least(0, optargs.allocstart, "allocstart"));
  number("--byte-count", optargs.bytecount, "bytecount");
  argv.add_option("--data", optargs.datatype);
  number("--leafsize", optargs.leafsize, "leafsize");  // the program says what became of it
  number("--nodesize", optargs.nodesize, "nodesize");
  argv.add_option("--label", optargs.label);
  argv.add_option("--metadata", optargs.metadata);
  number("--sectorsize", optargs.sectorsize, "sectorsize");
  const Changes changes(app, devices);
  run_program({.argv = argv.add_all(changes.names), .about = devices.front()});
}

void btrfs_filesystem_resize(Appliance& app,
                             const std::string& mountpoint,
                             const BtrfsFilesystemResizeOptions& optargs) {
  if (optargs.size && *optargs.size <= 0)
    refuse("size is zero or negative");
  on_tree(app, {"filesystem", "resize", optargs.size ? std::to_string(*optargs.size) : "max"},
          mountpoint);
}

std::vector<std::string> btrfs_filesystem_show(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  bool some_missing = false;
  std::vector<std::string> devices =
      parse_filesystem_show(btrfs({"filesystem", "show", found.name}, found.name), some_missing);
  if (some_missing)
    throw Error(Errc::NotFound, base::cat(found.name, ": some devices of it are missing"), ENODEV);
  std::sort(devices.begin(), devices.end());
  return devices;
}

void btrfs_filesystem_sync(Appliance& app, const std::string& fs) {
  on_tree(app, {"filesystem", "sync"}, fs);
}

void btrfs_filesystem_balance(Appliance& app, const std::string& fs) {
  on_tree(app, {"balance", "start", "--full-balance"}, fs);
}

void btrfs_filesystem_defragment(Appliance& app,
                                 const std::string& path,
                                 const BtrfsFilesystemDefragmentOptions& optargs) {
  Words arguments = {"filesystem", "defragment", "-r"};
  if (optargs.flush.value_or(false))
    arguments.push_back("-f");
  if (optargs.compress) {
    if (*optargs.compress != "zlib" && *optargs.compress != "lzo")
      refuse("unknown compress method");
    arguments.push_back("-c" + *optargs.compress);
  }
  on_tree(app, arguments, path);
}

void btrfs_subvolume_create(Appliance& app,
                            const std::string& dest,
                            const BtrfsSubvolumeCreateOptions& optargs) {
  btrfs(Arguments{"subvolume", "create"}
            .add_option("-i", optargs.qgroupid)
            .add(tree_path_of_new(app.mounts, dest)),
        dest);
}

void btrfs_subvolume_delete(Appliance& app, const std::string& subvolume) {
  on_tree(app, {"subvolume", "delete"}, subvolume);
}

void btrfs_subvolume_snapshot(Appliance& app,
                              const std::string& source,
                              const std::string& dest,
                              const BtrfsSubvolumeSnapshotOptions& optargs) {
  btrfs(Arguments{"subvolume", "snapshot"}
            .add_if(optargs.ro, "-r")
            .add_option("-i", optargs.qgroupid)
            .add(tree_path(app.mounts, source), tree_path_of_new(app.mounts, dest)),
        dest);
}

std::vector<Btrfssubvolume> btrfs_subvolume_list(Appliance& app, const std::string& fs) {
  return parse_subvolume_list(on_filesystem(app, {"subvolume", "list"}, fs));
}

int64_t btrfs_subvolume_get_default(Appliance& app, const std::string& fs) {
  return parse_default_subvolume(on_filesystem(app, {"subvolume", "get-default"}, fs));
}

void btrfs_subvolume_set_default(Appliance& app, int64_t id, const std::string& fs) {
  on_tree(app, {"subvolume", "set-default", std::to_string(id)}, fs);
}

std::vector<std::pair<std::string, std::string>> btrfs_subvolume_show(
    Appliance& app, const std::string& subvolume) {
  return parse_subvolume_show(on_tree(app, {"subvolume", "show"}, subvolume));
}

void btrfs_device_add(Appliance& app,
                      const std::vector<std::string>& devices,
                      const std::string& fs) {
  add_or_delete(app, "add", {"--force"}, devices, fs);
}

void btrfs_device_delete(Appliance& app,
                         const std::vector<std::string>& devices,
                         const std::string& fs) {
  add_or_delete(app, "delete", {}, devices, fs);
}

void btrfs_replace(Appliance& app,
                   const std::string& srcdev,
                   const std::string& targetdev,
                   const std::string& mntpoint) {
  const DeviceChange source(app, srcdev), target(app, targetdev);
  on_tree(app, {"replace", "start", "-B", "-f", source.name(), target.name()}, mntpoint);
}

void btrfs_set_seeding(Appliance& app, const std::string& device, bool seeding) {
  btrfstune(app, device, {"-S", seeding ? "1" : "0"});
}

void btrfstune_seeding(Appliance& app, const std::string& device, bool seeding) {
  btrfs_set_seeding(app, device, seeding);
}

void btrfstune_enable_extended_inode_refs(Appliance& app, const std::string& device) {
  btrfstune(app, device, {"-r"});
}

void btrfstune_enable_skinny_metadata_extent_refs(Appliance& app, const std::string& device) {
  btrfstune(app, device, {"-x"});
}

void btrfs_fsck(Appliance& app, const std::string& device, const BtrfsFsckOptions& optargs) {
  on_device(app,
            Arguments{"check"}
                .add_option("--super", at_least(0, optargs.superblock, "super block offset"))
                .add_if(optargs.repair, "--repair", "--force"),
            device);
}

void btrfs_rescue_chunk_recover(Appliance& app, const std::string& device) {
  on_device(app, {"rescue", "chunk-recover", "-y"}, device);
}

void btrfs_rescue_super_recover(Appliance& app, const std::string& device) {
  on_device(app, {"rescue", "super-recover", "-y"}, device);
}

void btrfs_image(Appliance& app,
                 const std::vector<std::string>& source,
                 const std::string& image,
                 const BtrfsImageOptions& optargs) {
  if (source.empty())
    refuse("list of devices must be non-empty");
  Arguments argv{"btrfs-image"};
  if (optargs.compresslevel) {
    if (*optargs.compresslevel < 0 || *optargs.compresslevel > 9)
      refuse("compresslevel must be >= 0 and <= 9");
    argv.add_option("-c", optargs.compresslevel);
  }
  const Words names = device_names(app, source);
  argv.add_all(names).add(tree_path_of_new(app.mounts, image));
  run_program({.argv = argv, .about = names.front(), .timeout = kLongTimeout});
}

void btrfs_quota_enable(Appliance& app, const std::string& fs, bool enable) {
  on_filesystem(app, {"quota", enable ? "enable" : "disable"}, fs);
}

void btrfs_quota_rescan(Appliance& app, const std::string& fs) {
  on_filesystem(app, {"quota", "rescan"}, fs);
}

void btrfs_qgroup_limit(Appliance& app, const std::string& subvolume, int64_t size) {
  if (size < 0)
    refuse("size must be >= 0");
  on_tree(app, {"qgroup", "limit", std::to_string(size)}, subvolume);
}

void btrfs_qgroup_create(Appliance& app,
                         const std::string& qgroupid,
                         const std::string& subvolume) {
  on_tree(app, {"qgroup", "create", not_an_option(qgroupid, "the group")}, subvolume);
}

void btrfs_qgroup_destroy(Appliance& app,
                          const std::string& qgroupid,
                          const std::string& subvolume) {
  on_tree(app, {"qgroup", "destroy", not_an_option(qgroupid, "the group")}, subvolume);
}

std::vector<Btrfsqgroup> btrfs_qgroup_show(Appliance& app, const std::string& path) {
  return parse_qgroup_show(on_tree(app, {"qgroup", "show", "--raw"}, path));
}

void btrfs_qgroup_assign(Appliance& app,
                         const std::string& src,
                         const std::string& dst,
                         const std::string& path) {
  on_tree(app,
          {"qgroup", "assign", not_an_option(src, "the group"), not_an_option(dst, "the group")},
          path);
}

void btrfs_qgroup_remove(Appliance& app,
                         const std::string& src,
                         const std::string& dst,
                         const std::string& path) {
  on_tree(app,
          {"qgroup", "remove", not_an_option(src, "the group"), not_an_option(dst, "the group")},
          path);
}

void btrfs_scrub_start(Appliance& app, const std::string& path) {
  on_tree(app, {"scrub", "start"}, path);
}

void btrfs_scrub_cancel(Appliance& app, const std::string& path) {
  on_tree(app, {"scrub", "cancel"}, path);
}

void btrfs_scrub_resume(Appliance& app, const std::string& path) {
  on_tree(app, {"scrub", "resume"}, path);
}

Btrfsscrub btrfs_scrub_status(Appliance& app, const std::string& path) {
  return parse_scrub_status(on_tree(app, {"scrub", "status", "-R"}, path));
}

void btrfs_balance_pause(Appliance& app, const std::string& path) {
  on_tree(app, {"balance", "pause"}, path);
}

void btrfs_balance_cancel(Appliance& app, const std::string& path) {
  on_tree(app, {"balance", "cancel"}, path);
}

void btrfs_balance_resume(Appliance& app, const std::string& path) {
  on_tree(app, {"balance", "resume"}, path);
}

Btrfsbalance btrfs_balance_status(Appliance& app, const std::string& path) {
  const Program program = {.argv = {"btrfs", "balance", "status", tree_path(app.mounts, path)},
                           .about = base::escape(path)};
  const ProgramResult result = try_program(program);
  if (result.exit_code > 1)  // 1: there is one
    throw_complaint(program, result);
  return parse_balance_status(result.printed);
}

}  // namespace glovebox::guestd
