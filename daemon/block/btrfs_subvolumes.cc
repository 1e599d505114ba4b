// SPDX-License-Identifier: GPL-2.0-or-later
//
// The tree of roots holds, for each subvolume, a ROOT_ITEM (its parent_uuid is set if it is a
// snapshot) and a ROOT_BACKREF that names the directory it appears in; the item "default" of the
// root directory holds the default one's number. Structures: linux/btrfs.h and linux/btrfs_tree.h;
// the kernel has checked the trees, the names in them are the guest's.
#include "daemon/block/btrfs_subvolumes.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "daemon/block/sysfs.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxSubvolumes = 10'000;
constexpr int kMaxDepth = 256;
constexpr size_t kSearchBufferBytes = 256 << 10;
constexpr uint64_t kTopLevel = BTRFS_FS_TREE_OBJECTID;
constexpr const char* kMountedFilesystems = "/sys/fs/btrfs";  // each by its UUID

struct Backref {
  uint64_t parent = 0;
  uint64_t directory = 0;
  std::string name;
};

struct Roots {
  std::map<uint64_t, Backref> backrefs;
  std::map<uint64_t, bool> snapshots;
  uint64_t default_id = kTopLevel;
};

// The item headers are unaligned and in the machine's byte order; their payload is as on disk,
// little-endian.
struct ItemHeader {
  base::le64 transid, objectid, offset;
  base::le32 type, length;
};

template <typename Visit>
void search_root_tree(int fd, uint64_t first, uint64_t last, uint32_t type, Visit&& visit) {
  std::vector<char> buffer(sizeof(btrfs_ioctl_search_args_v2) + kSearchBufferBytes);
  auto* const arguments = reinterpret_cast<btrfs_ioctl_search_args_v2*>(buffer.data());
  btrfs_ioctl_search_key& key = arguments->key;
  key.tree_id = BTRFS_ROOT_TREE_OBJECTID;
  key.min_objectid = first;
  key.max_objectid = last;
  key.min_type = key.max_type = type;
  key.max_offset = key.max_transid = UINT64_MAX;
  for (size_t found = 0; found < kMaxSubvolumes;) {
    key.nr_items = UINT32_MAX;
    arguments->buf_size = kSearchBufferBytes;
    if (ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, arguments) != 0)
      base::throw_errno("reading the list of subvolumes");
    if (key.nr_items == 0)
      return;
    base::ByteReader reader(
        std::string_view(buffer.data() + sizeof *arguments, kSearchBufferBytes));
    for (uint32_t i = 0; i < key.nr_items; ++i, ++found) {
      const auto header = reader.read<ItemHeader>();
      const std::string_view payload = reader.take_text(header.length);
      key.min_objectid = header.objectid;
      key.min_offset = header.offset;
      if (header.type == type)
        visit(header.objectid, header.offset, payload);
    }
    if (key.min_offset++ == UINT64_MAX)
      ++key.min_objectid;
  }
}

Roots read_roots(int fd) {
  Roots roots;
  search_root_tree(fd, BTRFS_FIRST_FREE_OBJECTID, BTRFS_LAST_FREE_OBJECTID, BTRFS_ROOT_BACKREF_KEY,
                   [&](uint64_t id, uint64_t parent, std::string_view payload) {
                     base::ByteReader reader(payload);
                     Backref& ref = roots.backrefs[id];
                     ref.parent = parent;
                     ref.directory = reader.read<base::le64>();
                     reader.skip(sizeof(uint64_t));  // sequence
                     ref.name = reader.take_text(reader.read<base::le16>());
                   });
  search_root_tree(fd, BTRFS_FIRST_FREE_OBJECTID, BTRFS_LAST_FREE_OBJECTID, BTRFS_ROOT_ITEM_KEY,
                   [&](uint64_t id, uint64_t, std::string_view payload) {
                     constexpr size_t kParent = offsetof(btrfs_root_item, parent_uuid);
                     if (payload.size() >= kParent + BTRFS_UUID_SIZE)
                       roots.snapshots[id] =
                           payload.substr(kParent, BTRFS_UUID_SIZE).find_first_not_of('\0') !=
                           std::string_view::npos;
                   });
  search_root_tree(fd, BTRFS_ROOT_TREE_DIR_OBJECTID, BTRFS_ROOT_TREE_DIR_OBJECTID,
                   BTRFS_DIR_ITEM_KEY, [&](uint64_t, uint64_t, std::string_view payload) {
                     base::ByteReader reader(payload);
                     const uint64_t id = reader.read<base::le64>();
                     reader.skip(sizeof(btrfs_dir_item) - sizeof(uint64_t) - 5);
                     reader.skip(sizeof(uint16_t));  // data_len
                     const uint16_t length = reader.read<base::le16>();
                     reader.skip(1);
                     if (reader.take_text(length) == "default")
                       roots.default_id = id;
                   });
  return roots;
}

// "a/b/" for the directory that a subvolume lies in, from the top of its parent subvolume.
std::string directory_path(int fd, uint64_t tree, uint64_t directory) {
  btrfs_ioctl_ino_lookup_args arguments = {};
  arguments.treeid = tree;
  arguments.objectid = directory;
  if (ioctl(fd, BTRFS_IOC_INO_LOOKUP, &arguments) != 0)
    base::throw_errno("reading a subvolume's path");
  return {arguments.name, strnlen(arguments.name, sizeof arguments.name)};
}

std::string full_path(int fd, const Roots& roots, uint64_t id) {
  std::string path;
  for (int depth = 0; id != kTopLevel; ++depth) {
    const auto ref = roots.backrefs.find(id);
    if (ref == roots.backrefs.end() || depth > kMaxDepth)
      throw Error(Errc::Corrupt, "a subvolume has no place in the tree", EUCLEAN);
    path = directory_path(fd, ref->second.parent, ref->second.directory) + ref->second.name +
           (path.empty() ? "" : "/") + path;
    id = ref->second.parent;
  }
  return path;
}

}  // namespace

std::vector<BtrfsSubvolume> list_btrfs_subvolumes(const BlockDevice& device) {
  const base::TempDir place("btrfs");
  if (::mount(device.name.c_str(), place.path().c_str(), "btrfs",
              MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC, "subvolid=5") != 0)
    base::throw_errno(device.name);
  const base::ScopeExit unmount([&] { ::umount2(place.path().c_str(), MNT_DETACH); });
  const base::UniqueFd top = base::open_file(place.path(), O_RDONLY | O_DIRECTORY);
  const Roots roots = read_roots(top.get());
  std::vector<BtrfsSubvolume> result;
  for (const auto& [id, ref] : roots.backrefs) {
    const auto snapshot = roots.snapshots.find(id);
    result.push_back({.id = id,
                      .path = full_path(top.get(), roots, id),
                      .is_default = id == roots.default_id,
                      .is_snapshot = snapshot != roots.snapshots.end() && snapshot->second});
  }
  return result;
}

std::vector<std::string> mounted_btrfs_members(const BlockDevice& device) {
  for (const std::string& filesystem : names_in(kMountedFilesystems)) {
    const std::vector<std::string> members =
        names_in(base::cat(kMountedFilesystems, "/", filesystem, "/devices"));
    if (std::ranges::find(members, device.kernel_name) != members.end())
      return members;
  }
  return {};
}

void forget_btrfs_devices() {
  const base::UniqueFd control(open("/dev/btrfs-control", O_RDWR | O_CLOEXEC));
  btrfs_ioctl_vol_args all = {};  // an empty name
  if (control.valid())
    ioctl(control.get(), BTRFS_IOC_FORGET_DEV, &all);  // those that it keeps are refused, too
}

}  // namespace glovebox::guestd
