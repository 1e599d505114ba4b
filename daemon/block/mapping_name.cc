// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/mapping_name.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/cat.h"
#include "base/files.h"
#include "daemon/formats/dm_name.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxAttributeBytes = 4096;

// A small file of sysfs; empty if there is none.
std::string read_attribute(const std::string& path) {
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return {};
  return std::string(base::trim(base::read_all(fd.get(), kMaxAttributeBytes, path)));
}

// LVM makes /dev/GROUP/VOLUME for volumes that people see, and for no others: parts of mirrors,
// pools and snapshots have none.
std::optional<std::string> volume_link(const BlockDevice& mapping) {
  const std::optional<LogicalVolumeName> name =
      split_mapping_name(mapping_attribute(mapping, "name"));
  struct stat status = {};
  if (!name)
    return std::nullopt;
  const std::string link = base::cat("/dev/", name->group, "/", name->volume);
  if (stat(link.c_str(), &status) != 0 || status.st_rdev != mapping.number)
    return std::nullopt;
  return link;
}

}  // namespace

std::string mapping_attribute(const BlockDevice& device, const char* attribute) {
  return device.kernel_name.starts_with("dm-")
             ? read_attribute(base::cat("/sys/class/block/", device.kernel_name, "/dm/", attribute))
             : "";
}

std::optional<std::string> mapping_name(const BlockDevice& mapping) {
  if (const std::optional<std::string> link = volume_link(mapping))
    return link;
  struct stat status = {};
  const std::string node = "/dev/mapper/" + mapping_attribute(mapping, "name");
  if (mapping_attribute(mapping, "uuid").starts_with("LVM-") ||
      ::stat(node.c_str(), &status) != 0 || status.st_rdev != mapping.number)
    return std::nullopt;
  return node;
}

}  // namespace glovebox::guestd
