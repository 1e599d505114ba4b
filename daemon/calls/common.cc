// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/calls/common.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/formats/refuse.h"
#include "daemon/sysroot/guest_path.h"
#include "proto/message.h"

namespace glovebox::guestd {

base::UniqueFd open_directory(const Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return base::with_context("opendir", [&] { return open_in_guest(path, O_RDONLY | O_DIRECTORY); });
}

size_t checked_count(int32_t count, const std::string& name) {
  if (count < 0)
    throw Error(Errc::Usage, "count is negative", EINVAL);
  if (static_cast<uint32_t>(count) >= proto::kMaxMessage)
    refuse(
        base::cat(base::escape(name), ": count is too large for the protocol, use smaller reads"));
  return std::min<size_t>(static_cast<size_t>(count), proto::kMaxMessage - 1024);
}

void limit_label(const std::string& label, size_t bytes, const std::string& type) {
  if (label.size() > bytes)
    refuse(base::cat(base::escape(label), ": ", type, " labels are limited to ", bytes, " bytes"));
}

std::vector<std::string> device_names(Appliance& app, const std::vector<std::string>& devices) {
  std::vector<std::string> names;
  for (const std::string& device : devices) names.push_back(app.device(device).name);
  return names;
}

void sync_filesystems(const Appliance& app) {
  for (const Mounts::Entry& entry : app.mounts.entries()) {
    const base::UniqueFd fd = base::open_file(entry.target, O_RDONLY | O_DIRECTORY);
    if (::syncfs(fd.get()) != 0)
      base::throw_errno(base::escape(entry.point));
  }
}

void sync_drives(Appliance& app) {
  ::sync();
  for (const BlockDevice& drive : app.devices.drives()) sync_device(drive);
}

void sync_device(const BlockDevice& device) {
  if (::fsync(base::open_file(device.name, O_RDONLY).get()) != 0)
    base::throw_errno(device.name);
}

}  // namespace glovebox::guestd
