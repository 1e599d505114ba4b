// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/uevent_socket.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/block/sysfs.h"

namespace glovebox::guestd {
namespace {

constexpr int kUeventBufferBytes = 8 << 20;
constexpr size_t kMaxUeventBytes = 8192;

base::UniqueFd open_uevent_socket() {
  base::UniqueFd socket_fd(
      socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
  sockaddr_nl address = {};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1;  // what the kernel itself sends
  if (!socket_fd.valid() ||
      setsockopt(socket_fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kUeventBufferBytes,
                 sizeof kUeventBufferBytes) != 0 ||
      bind(socket_fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    base::throw_errno("uevent socket");
  return socket_fd;
}

bool is_hidden(std::string_view kernel_name) {
  return kernel_name.starts_with("vd") || kernel_name.starts_with("loop") ||
         kernel_name.starts_with("ram");
}

}  // namespace

UeventSocket::UeventSocket() : fd_(open_uevent_socket()) {}

UeventSocket::Heard UeventSocket::next(Uevent& event) {
  char buffer[kMaxUeventBytes];
  for (;;) {
    const ssize_t count = recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && errno == ENOBUFS)
      return Heard::Overflow;
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return Heard::Nothing;
    std::optional<Uevent> heard = parse_uevent({buffer, static_cast<size_t>(count)});
    if (heard && heard->subsystem == "block" && !is_hidden(heard->devname)) {
      event = std::move(*heard);
      return Heard::Event;
    }
  }
}

bool UeventSocket::wait(const base::Deadline& deadline) const {
  return base::wait_for(fd_.get(), POLLIN, deadline);
}

std::optional<Uevent> uevent_of(const std::string& devpath) {
  const base::UniqueFd fd(
      open(base::cat("/sys", devpath, "/uevent").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return std::nullopt;
  std::string text = "add@" + devpath + "\n" + base::read_all(fd.get(), kMaxUeventBytes, devpath);
  std::replace(text.begin(), text.end(), '\n', '\0');
  return parse_uevent(text);
}

std::vector<Uevent> present_uevents() {
  std::vector<Uevent> result;
  for (const std::string& name : names_in("/sys/class/block")) {
    if (is_hidden(name))
      continue;
    const std::unique_ptr<char, void (*)(void*)> real(
        realpath(("/sys/class/block/" + name).c_str(), nullptr), free);
    if (!real)
      continue;
    if (auto event = uevent_of(std::string(real.get()).substr(std::string_view("/sys").size())))
      result.push_back(std::move(*event));
  }
  return result;
}

}  // namespace glovebox::guestd
