// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what this appliance can do. A group is there if the program is that its calls need.
#include "guestd/functions/features.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

struct Group {
  std::string_view name;
  const char* program;  // "" : none is needed
};

// In alphabetical order, as the list is told.
constexpr Group kGroups[] = {
    {"acl", ""},
    {"augeas", ""},
    {"blkdiscard", ""},
    {"blkdiscardzeroes", ""},
    {"btrfs", "btrfs"},
    {"extlinux", "extlinux"},
    {"f2fs", "resize.f2fs"},
    {"fstrim", ""},
    {"gdisk", "sgdisk"},
    {"grub", "grub-install"},
    {"hivex", ""},
    {"inotify", ""},
    {"journal", ""},
    {"ldm", "ldmtool"},
    {"libtsk", ""},
    {"libyara", ""},
    {"linuxcaps", ""},
    {"linuxfsuuid", ""},
    {"linuxmodules", ""},
    {"linuxxattrs", ""},
    {"luks", "cryptsetup"},
    {"lvm2", "lvm"},
    {"mdadm", "mdadm"},
    {"mknod", ""},
    {"ntfs3g", "ntfs-3g.probe"},
    {"ntfsprogs", "ntfsresize"},
    {"realpath", ""},
    {"rsync", "rsync"},
    {"scrub", "scrub"},
    {"selinux", ""},
    {"selinuxrelabel", "setfiles"},
    {"sleuthkit", "icat"},
    {"squashfs", "mksquashfs"},
    {"syslinux", "syslinux"},
    {"wipefs", "wipefs"},
    {"xfs", "mkfs.xfs"},
    {"xz", "xz"},
    {"zerofree", "zerofree"},
};

bool is_there(const Group& group) {
  return *group.program == '\0' || has_program(group.program);
}

}  // namespace

std::vector<std::string> available_all_groups(Appliance&) {
  std::vector<std::string> names;
  for (const Group& group : kGroups) names.emplace_back(group.name);
  return names;
}

int32_t internal_feature_available(Appliance&, const std::string& group) {
  const auto found = std::find_if(std::begin(kGroups), std::end(kGroups),
                                  [&](const Group& known) { return known.name == group; });
  if (found == std::end(kGroups))
    return 2;
  return is_there(*found) ? 0 : 1;
}

}  // namespace glovebox::guestd
