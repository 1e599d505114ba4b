// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what this appliance can do. A group is there if the program is that its calls need; one
// whose calls nobody has written yet is known, and not there.
#include "guestd/functions/features.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace glovebox::guestd {
namespace {

struct Group {
  std::string_view name;
  const char* program;  // "" : none is needed; nullptr: not written yet
};

// In alphabetical order, as the list is told.
constexpr Group kGroups[] = {
    {"acl", nullptr},          {"augeas", nullptr},    {"blkdiscard", ""},
    {"blkdiscardzeroes", ""},  {"btrfs", "btrfs"},     {"clevisluks", nullptr},
    {"extlinux", nullptr},     {"f2fs", nullptr},      {"fstrim", nullptr},
    {"gdisk", "sgdisk"},       {"grub", nullptr},      {"hivex", nullptr},
    {"inotify", nullptr},      {"journal", nullptr},   {"ldm", nullptr},
    {"libtsk", nullptr},       {"libyara", nullptr},   {"linuxcaps", nullptr},
    {"linuxmodules", nullptr}, {"linuxxattrs", ""},    {"luks", nullptr},
    {"lvm2", "lvm"},           {"mdadm", nullptr},     {"mknod", nullptr},
    {"ntfs3g", nullptr},       {"ntfsprogs", nullptr}, {"rsync", nullptr},
    {"scrub", nullptr},        {"sleuthkit", nullptr}, {"squashfs", nullptr},
    {"syslinux", nullptr},     {"wipefs", nullptr},    {"xfs", nullptr},
    {"xz", nullptr},           {"zerofree", nullptr},
};

bool has_program(const std::string& name) {
  const auto usable = [&](const char* directory) {
    return access((std::string(directory) + name).c_str(), X_OK) == 0;
  };
  return name.empty() || usable("/usr/sbin/") || usable("/usr/bin/") || usable("/sbin/");
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
  return found->program && has_program(found->program) ? 0 : 1;
}

}  // namespace glovebox::guestd
