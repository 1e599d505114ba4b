// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/scsi_host.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>

#include "base/cat.h"
#include "base/files.h"
#include "daemon/block/sysfs.h"

namespace glovebox::guestd {
namespace {

constexpr unsigned long kReadaheadSectors = 2048;  // 1 MiB
constexpr const char* kCommandTimeoutSeconds = "300";

std::optional<uint32_t> find_scsi_host() {
  for (const std::string& name : names_in("/sys/class/scsi_host")) {
    uint32_t number = 0;
    const std::string path = base::cat("/sys/class/scsi_host/", name, "/proc_name");
    if (access(path.c_str(), R_OK) == 0 &&
        base::trim(base::read_file(path, 256)).starts_with("virtio_scsi") &&
        std::from_chars(name.data() + 4, name.data() + name.size(), number).ec == std::errc())
      return number;
  }
  return std::nullopt;
}

}  // namespace

ScsiHost::ScsiHost() : number_(find_scsi_host()) {}

void ScsiHost::scan(uint32_t target, uint32_t lun) const {
  if (!number_)
    return;
  const base::UniqueFd fd(open(base::cat("/sys/class/scsi_host/host", *number_, "/scan").c_str(),
                               O_WRONLY | O_CLOEXEC));
  if (fd.valid())
    base::write_all(fd.get(), base::cat("0 ", target, " ", lun), "scan of a SCSI address");
}

void tune_disk(const std::string& node, const std::string& kernel_name) {
  const base::UniqueFd fd(open(node.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.valid())
    ioctl(fd.get(), BLKRASET, kReadaheadSectors);  // a wish; without it reads are only slower
  const base::UniqueFd timeout(
      open(base::cat("/sys/class/block/", kernel_name, "/device/timeout").c_str(),
           O_WRONLY | O_CLOEXEC));
  if (timeout.valid())
    base::write_all(timeout.get(), kCommandTimeoutSeconds, "command timeout");
}

void delete_disk(const std::string& kernel_name) {
  const std::string path = base::cat("/sys/class/block/", kernel_name, "/device/delete");
  base::write_all(base::open_file(path, O_WRONLY).get(), "1", path);
}

}  // namespace glovebox::guestd
