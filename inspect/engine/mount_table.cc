// SPDX-License-Identifier: GPL-2.0-or-later
//
// Device names in a mount table are those of the guest's own kernel, at the time of its
// installation: /dev/hda2, /dev/xvda2 and /dev/vda2 all mean the second partition of the first
// drive, which here is /dev/sda2. The rules follow libguestfs's, so that both name the same
// devices; where they differ, docs/decisions.md says why.
#include "inspect/engine/mount_table.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "base/cat.h"

namespace glovebox::inspect {
namespace {

using base::cat;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    return text.substr(1, text.size() - 2);
  return text;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Takes the digits at the front; absent if there are none, or too many to be a partition.
std::optional<unsigned> take_number(std::string_view& text) {
  unsigned value = 0;
  size_t digits = 0;
  for (; digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])); ++digits)
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
  if (digits == 0 || digits > 6)
    return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

// "a" -> 0, "z" -> 25, "aa" -> 26.
std::optional<size_t> take_drive_letters(std::string_view& text) {
  size_t value = 0;
  size_t letters = 0;
  for (; letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z'; ++letters)
    value = value * 26 + static_cast<size_t>(text[letters] - 'a') + 1;
  if (letters == 0 || letters > 3)
    return std::nullopt;
  text.remove_prefix(letters);
  return value - 1;
}

// udev writes unusual characters of labels in /dev/disk/by-label as \x20.
std::string unescape_udev(std::string_view text) {
  const auto hex = [](char c) { return std::string_view("0123456789abcdef").find(c); };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 3 < text.size() && text[i] == '\\' && text[i + 1] == 'x' && hex(text[i + 2]) < 16 &&
        hex(text[i + 3]) < 16) {
      out += static_cast<char>(hex(text[i + 2]) * 16 + hex(text[i + 3]));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

using Member = std::string Volume::*;
struct Tag {
  std::string_view prefix;
  Member member;
};
// The same four both as NAME=value and as a directory of /dev/disk.
constexpr Tag kTags[] = {
    {"UUID=", &Volume::uuid},         {"LABEL=", &Volume::label},
    {"PARTUUID=", &Volume::partuuid}, {"PARTLABEL=", &Volume::partlabel},
    {"MD_UUID=", &Volume::md_uuid},   {"LUKS_UUID=", &Volume::luks_uuid},
    {"LVM_UUID=", &Volume::lvm_uuid},
};
constexpr Tag kLinkDirectories[] = {
    {"/dev/disk/by-uuid/", &Volume::uuid},
    {"/dev/disk/by-label/", &Volume::label},
    {"/dev/disk/by-partuuid/", &Volume::partuuid},
    {"/dev/disk/by-partlabel/", &Volume::partlabel},
    {"/dev/disk/by-id/dm-uuid-LVM-", &Volume::lvm_uuid},
};

// The drive that a volume is a partition of, or all of; empty if it is neither.
std::string_view drive_of(const Disks& disks, std::string_view device) {
  for (const std::string& drive : disks.drives)
    if (std::string_view rest = device;
        take_prefix(rest, drive) &&
        (rest.empty() || std::isdigit(static_cast<unsigned char>(rest[0]))))
      return drive;
  return {};
}

// Of several volumes with the value the system's own root, then one on the root's drive (a copy of
// the whole disk may be another drive of the guest), then the first: of a btrfs and its subvolumes
// that is the whole device. An LV on an opened LUKS container has its own uuid; LUKS_UUID= means
// the container's content.
std::optional<std::string> with_value(const Disks& disks,
                                      Member member,
                                      std::string_view value,
                                      const std::string& root) {
  const bool ignore_case = member != &Volume::label && member != &Volume::partlabel;
  if (value.empty())
    return std::nullopt;
  const std::string root_device = base_device(disks, root);
  const std::string_view drive = drive_of(disks, root_device);
  const Volume* first = nullptr;
  const Volume* beside = nullptr;
  for (const Volume& volume : disks.volumes) {
    if (volume.*member != value && !(ignore_case && equal_ignoring_case(volume.*member, value)))
      continue;
    if (volume.device == root_device)
      return root_device;
    if (!first)
      first = &volume;
    if (!beside && !drive.empty() && drive_of(disks, volume.device) == drive)
      beside = &volume;
  }
  if (!first)
    return std::nullopt;
  return (beside ? beside : first)->device;
}

std::optional<std::string> partition_of(const Disks& disks, size_t drive, unsigned partition) {
  if (drive >= disks.drives.size())
    return std::nullopt;
  const std::string device = cat(disks.drives[drive], partition);
  return find_volume(disks, device) ? std::optional(device) : std::nullopt;
}

// /dev/hda1 /dev/sda1 /dev/vda1 /dev/xvda1; /dev/nvme0n1p1; /dev/mmcblk0p1.
std::optional<std::string> by_drive_order(const Disks& disks, std::string_view spec) {
  if (!take_prefix(spec, "/dev/"))
    return std::nullopt;
  if (take_prefix(spec, "nvme") || take_prefix(spec, "mmcblk")) {
    const auto drive = take_number(spec);
    if (take_prefix(spec, "n") && take_number(spec) != 1u)
      return std::nullopt;
    if (!drive || !take_prefix(spec, "p"))
      return std::nullopt;
    const auto partition = take_number(spec);
    return partition && spec.empty() ? partition_of(disks, *drive, *partition) : std::nullopt;
  }
  take_prefix(spec, "x");
  if (!take_prefix(spec, "hd") && !take_prefix(spec, "sd") && !take_prefix(spec, "vd"))
    return std::nullopt;
  const auto drive = take_drive_letters(spec);
  const auto partition = drive ? take_number(spec) : std::nullopt;
  return partition && spec.empty() ? partition_of(disks, *drive, *partition) : std::nullopt;
}

// "vg0-root" -> "/dev/vg0/root"; device-mapper doubles a '-' that is part of a name.
std::optional<std::string> lv_of_mapper_name(const Disks& disks, std::string_view name) {
  std::string path = "/dev/";
  bool separated = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '-') {
      path += name[i];
    } else if (i + 1 < name.size() && name[i + 1] == '-') {
      path += '-';
      ++i;
    } else {
      path += '/';
      separated = true;
    }
  }
  return separated && find_volume(disks, path) ? std::optional(path) : std::nullopt;
}

// /dev/disk/by-id/WHATEVER-part3: which drive that is cannot be known, unless there is only one.
std::optional<std::string> by_id_partition(const Disks& disks, std::string_view spec) {
  const size_t part = spec.rfind("-part");
  if (!spec.starts_with("/dev/disk/by-id/") || part == std::string_view::npos ||
      disks.drives.size() != 1)
    return std::nullopt;
  spec.remove_prefix(part + 5);
  const auto number = take_number(spec);
  return number && spec.empty() ? partition_of(disks, 0, *number) : std::nullopt;
}

bool starts_with_name_and_digit(std::string_view text, std::string_view prefix) {
  return take_prefix(text, prefix) && !text.empty() &&
         std::isdigit(static_cast<unsigned char>(text[0]));
}

bool is_removable(std::string_view spec) {
  return starts_with_name_and_digit(spec, "/dev/fd") ||
         starts_with_name_and_digit(spec, "/dev/cd") || spec == "/dev/floppy" ||
         spec == "/dev/cdrom" || spec.starts_with("/dev/iso9660/");
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

bool is_uninteresting_path(std::string_view path) {
  for (const char* directory : {"/dev", "/proc", "/selinux", "/sys"})
    if (is_below(path, directory))
      return true;
  return path.starts_with("/media/");
}

std::optional<std::string> option_value(std::string_view options, std::string_view name) {
  for (const std::string& option : base::split(options, ','))
    if (option.starts_with(name) && option.size() > name.size() && option[name.size()] == '=')
      return option.substr(name.size() + 1);
  return std::nullopt;
}

bool has_option(std::string_view options, std::string_view name) {
  const auto all = base::split(options, ',');
  return std::find(all.begin(), all.end(), name) != all.end();
}

bool is_tag(std::string_view spec) {
  return std::any_of(std::begin(kTags), std::end(kTags),
                     [&](const Tag& tag) { return spec.starts_with(tag.prefix); });
}

// With options subvol=/@home on a btrfs: the subvolume's own name, without the slash in front.
std::string with_subvolume(const Disks& disks, const std::string& device, const MountEntry& entry) {
  const Volume* const volume = find_volume(disks, device);
  const bool is_btrfs = volume ? volume->vfs_type == "btrfs" : entry.vfs_type == "btrfs";
  const auto subvolume = option_value(entry.options, "subvol");
  if (!is_btrfs || !subvolume || device.starts_with("btrfsvol:"))
    return device;
  const std::string name = canonical_path("/" + *subvolume);
  return name == "/" ? device : cat("btrfsvol:", device, name);
}

Filesystem filesystem_of(const Disks& disks, const std::string& device) {
  const Volume* volume = find_volume(disks, device);
  if (!volume)
    volume = find_volume(disks, base_device(disks, device));
  if (!volume)
    return {.dev = device, .type = {}};
  return {.dev = device,
          .type = volume->vfs_type == "unknown" ? std::string() : volume->vfs_type,
          .version = volume->xfs_version,
          .label = volume->label,
          .uuid = volume->uuid};
}

// One entry of the table, resolved; absent if it is to be left out.
std::optional<Mountpoint> resolve_entry(const Disks& disks,
                                        const MountEntry& entry,
                                        const std::string& root,
                                        std::vector<Problem>& problems) {
  const std::string path =
      entry.mountpoint.starts_with('/') ? canonical_path(entry.mountpoint) : entry.mountpoint;
  if (is_removable(entry.spec) || is_uninteresting_path(path))
    return std::nullopt;
  auto device = resolve_spec(disks, entry.spec, root);
  if (!device) {
    const bool expected = is_tag(entry.spec) || entry.spec.starts_with("/dev/");
    if (expected && !has_option(entry.options, "noauto") && !has_option(entry.options, "nofail"))
      problems.push_back(
          {cat(root, ": mount table"),
           cat(entry.spec, " on ", entry.mountpoint, ": no such file system on the disks given")});
    // A name that the guest's kernel would know is told as it is, as libguestfs does. But where the
    // table lies is known to be "/", whatever it calls that.
    if (!entry.spec.starts_with("/dev/") || path == "/")
      return std::nullopt;
    device = entry.spec;
  }
  return Mountpoint{with_subvolume(disks, *device, entry), path};
}

}  // namespace

const Volume* find_volume(const Disks& disks, const std::string& device) {
  for (const Volume& volume : disks.volumes)
    if (volume.device == device)
      return &volume;
  return nullptr;
}

std::string base_device(const Disks& disks, const std::string& mountable) {
  std::string_view rest = mountable;
  if (!take_prefix(rest, "btrfsvol:"))
    return mountable;
  // The device's own name has slashes, too: the longest volume that is a prefix of it.
  std::string best(rest.substr(0, rest.rfind('/')));
  size_t longest = 0;
  for (const Volume& volume : disks.volumes)
    if (volume.device.size() > longest && is_below(rest, volume.device)) {
      longest = volume.device.size();
      best = volume.device;
    }
  return best;
}

std::string canonical_path(const std::string& path) {
  std::string out;
  for (const std::string& part : base::split(path, '/'))
    if (!part.empty() && part != ".")
      out += "/" + part;
  return out.empty() ? "/" : out;
}

std::optional<std::string> resolve_spec(const Disks& disks,
                                        const std::string& spec,
                                        const std::string& root) {
  for (const Tag& tag : kTags)
    if (std::string_view value = spec; take_prefix(value, tag.prefix))
      return with_value(disks, tag.member, without_quotes(value), root);
  for (const Tag& tag : kLinkDirectories)
    if (std::string_view value = spec; take_prefix(value, tag.prefix))
      return with_value(disks, tag.member, unescape_udev(value), root);
  if (spec == "/dev/root")
    return root;
  if (std::string_view name = spec; take_prefix(name, "/dev/mapper/"))
    if (auto lv = lv_of_mapper_name(disks, name))
      return lv;
  // The drive's order comes before the name: /dev/sdb1 of the guest is the second drive's, whatever
  // it is called here.
  if (auto device = by_drive_order(disks, spec))
    return device;
  for (const Volume& volume : disks.volumes)
    if (volume.device == spec ||
        std::find(volume.aliases.begin(), volume.aliases.end(), spec) != volume.aliases.end())
      return volume.device;
  return by_id_partition(disks, spec);
}

MountTable resolve_mounts(const Disks& disks,
                          const std::vector<MountEntry>& entries,
                          const std::string& root) {
  MountTable table;
  std::map<std::string, std::string> device_by_path;
  std::map<std::string, Filesystem> filesystems;
  for (const MountEntry& entry : entries) {
    const auto mount = resolve_entry(disks, entry, root, table.problems);
    if (!mount)
      continue;
    filesystems.emplace(mount->dev, filesystem_of(disks, mount->dev));
    if (mount->path == "/")  // of several the first one, as libguestfs has it
      device_by_path.emplace(mount->path, mount->dev);
    else if (mount->path.starts_with('/'))
      device_by_path[mount->path] = mount->dev;
  }
  if (device_by_path.emplace("/", root).second)
    filesystems.emplace(root, filesystem_of(disks, root));

  for (const auto& [path, device] : device_by_path) table.mountpoints.push_back({device, path});
  std::stable_sort(
      table.mountpoints.begin(), table.mountpoints.end(),
      [](const Mountpoint& a, const Mountpoint& b) { return a.path.size() < b.path.size(); });
  for (auto& [device, filesystem] : filesystems) table.filesystems.push_back(std::move(filesystem));
  return table;
}

}  // namespace glovebox::inspect
