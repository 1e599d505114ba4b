// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/snapshots.h"

#include <algorithm>


namespace glovebox::inspect {

void drop_snapshots(const Disks& disks, std::vector<OperatingSystem>& systems) {
  const auto is_snapshot = [&](const OperatingSystem& os) {
    const Volume* const volume = find_volume(disks, os.root);
    return volume && volume->is_snapshot;
  };
  const auto same_system = [&](const OperatingSystem& a, const OperatingSystem& b) {
    return base_device(disks, a.root) == base_device(disks, b.root) && a.name == b.name &&
           a.distro == b.distro && a.product_name == b.product_name &&
           a.major_version == b.major_version && a.minor_version == b.minor_version;
  };
  std::vector<OperatingSystem> originals;
  for (const OperatingSystem& os : systems)
    if (!is_snapshot(os))
      originals.push_back(os);
  std::erase_if(systems, [&](const OperatingSystem& os) {
    return is_snapshot(os) &&
           std::any_of(originals.begin(), originals.end(),
                       [&](const OperatingSystem& other) { return same_system(os, other); });
  });
}

}  // namespace glovebox::inspect
