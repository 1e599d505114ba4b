// SPDX-License-Identifier: GPL-2.0-or-later
//
// What several families of calls need.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/appliance.h"

namespace glovebox::guestd {

// Directory for listing: opens it O_RDONLY; throws "opendir: PATH: reason".
base::UniqueFd open_directory(const Appliance& app, const std::string& path);

// The devices' own names, in the same order. Throws System ENOENT for one that is not there.
std::vector<std::string> device_names(Appliance& app, const std::vector<std::string>& devices);

// How many bytes are to be read of a file or device, from a caller's count: what a reply can carry
// at most. Throws Usage for a count that is negative, or that no reply could have.
size_t checked_count(int32_t count, const std::string& name);

inline constexpr size_t kXfsLabelBytes = 12;
// Throws Usage for a label that does not fit: the file systems' programs cut some short.
void limit_label(const std::string& label, size_t bytes, const std::string& type);

// Everything written reaches the drives: the file systems first, then each drive's own cache.
// Throws System "DRIVE: reason".
void sync_drives(Appliance& app);
void sync_device(const BlockDevice& device);
// What is mounted, telling also of what could not be written since the last time: sync(2) does not.
void sync_filesystems(const Appliance& app);

}  // namespace glovebox::guestd
