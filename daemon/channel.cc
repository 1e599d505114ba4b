// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/channel.h"

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

// "vport1p1" for the port whose name attribute is ours.
std::optional<std::string> find_port() {
  const std::unique_ptr<DIR, int (*)(DIR*)> ports(opendir(kPorts), closedir);
  if (!ports)
    return std::nullopt;
  while (const dirent* entry = readdir(ports.get())) {
    const std::string name = entry->d_name;
    const std::string attribute = base::cat(kPorts, "/", name, "/name");
    if (name.starts_with("vport") && access(attribute.c_str(), R_OK) == 0 &&
        base::trim(base::read_file(attribute, 256)) == kPortName)
      return name;
  }
  return std::nullopt;
}

}  // namespace

base::UniqueFd open_channel(const base::Deadline& deadline) {
  for (;;) {
    const std::optional<std::string> port = find_port();
    if (port && access(("/dev/" + *port).c_str(), F_OK) == 0)
      return base::open_file("/dev/" + *port, O_RDWR);
    if (deadline.passed())
      throw Error(Errc::Timeout, base::cat("no virtio-serial port is named ", kPortName));
    usleep(1000);
  }
}

}  // namespace glovebox::guestd
