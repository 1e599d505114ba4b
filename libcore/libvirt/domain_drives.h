// SPDX-License-Identifier: LGPL-2.1-or-later
//
// From a domain's disks to drives. Pure, but for what the caller gives to look volumes up with.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "glovebox/domain.h"
#include "libvirt/domain_xml.h"

namespace glovebox::libvirt {

// The path of a volume in a pool; throws.
using FindVolume = std::function<std::string(const std::string& pool, const std::string& volume)>;

// Throws NotFound if there are no disks, Unsupported or Denied naming a disk that cannot be had or
// may not be written; errors of `find_volume` get the disk's name.
std::vector<DomainDrive> domain_drives(const std::vector<DomainDisk>& disks,
                                       const DomainAccess& access,
                                       const FindVolume& find_volume);

}  // namespace glovebox::libvirt
