// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/channel.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kPorts = "/sys/class/virtio-ports";
constexpr const char* kDisks = "/sys/block";

// The device in a directory of sysfs whose attribute has that value, as "vport1p1" for a port.
std::optional<std::string> find_device(const char* directory,
                                       const char* attribute,
                                       std::string_view value) {
  const std::unique_ptr<DIR, int (*)(DIR*)> devices(opendir(directory), closedir);
  if (!devices)
    return std::nullopt;
  while (const dirent* entry = readdir(devices.get())) {
    const std::string file = base::cat(directory, "/", entry->d_name, "/", attribute);
    if (entry->d_name[0] != '.' && access(file.c_str(), R_OK) == 0 &&
        base::trim(base::read_file(file, 256)) == value)
      return entry->d_name;
  }
  return std::nullopt;
}

}  // namespace

base::UniqueFd open_channel(const base::Deadline& deadline) {
  for (;;) {
    const std::optional<std::string> port = find_device(kPorts, "name", kPortName);
    if (port && access(("/dev/" + *port).c_str(), F_OK) == 0)
      return base::open_file("/dev/" + *port, O_RDWR);
    if (deadline.passed())
      throw Error(Errc::Timeout, base::cat("no virtio-serial port is named ", kPortName));
    usleep(1000);
  }
}

base::UniqueFd open_transfer_disk() {
  const std::optional<std::string> name = find_device(kDisks, "serial", kTransferSerial);
  if (!name)
    throw Error(Errc::NotFound, base::cat("no disk has the serial number ", kTransferSerial));
  return base::open_file("/dev/" + *name, O_RDWR | O_DIRECT);
}

}  // namespace glovebox::guestd
