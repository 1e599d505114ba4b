// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/system/network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kDevice = "eth0";  // nobody renames it here

in_addr parse(const std::string& text) {
  in_addr address = {};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1)
    throw Error(Errc::Usage, base::cat(base::escape(text), ": not an IPv4 address"), EINVAL);
  return address;
}

sockaddr socket_address(in_addr address) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_addr = address;
  sockaddr result = {};
  static_assert(sizeof in == sizeof result);
  memcpy(&result, &in, sizeof in);
  return result;
}

class Device {
 public:
  explicit Device(const char* name)
      : name_(name), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (!socket_.valid())
      base::throw_errno("socket");
  }
  void set_address(in_addr address, in_addr mask) {
    ifreq request = named();
    request.ifr_addr = socket_address(address);
    ask(SIOCSIFADDR, &request, "its address");
    request.ifr_netmask = socket_address(mask);
    ask(SIOCSIFNETMASK, &request, "its net mask");
  }
  void bring_up() {
    ifreq request = named();
    ask(SIOCGIFFLAGS, &request, "its flags");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    ask(SIOCSIFFLAGS, &request, "up");
  }
  void route_everything_to(in_addr gateway) {
    rtentry route = {};
    route.rt_dst = route.rt_genmask = socket_address({});
    route.rt_gateway = socket_address(gateway);
    route.rt_flags = RTF_UP | RTF_GATEWAY;
    ask(SIOCADDRT, &route, "the default route");
  }

 private:
  ifreq named() const {
    ifreq request = {};
    strncpy(request.ifr_name, name_, IFNAMSIZ - 1);
    return request;
  }
  void ask(unsigned long what, void* request, const char* called) {
    if (ioctl(socket_.get(), what, request) != 0)
      base::throw_errno(base::cat("the network device ", name_, ": ", called));
  }

  const char* name_;
  base::UniqueFd socket_;
};

in_addr mask_of(int prefix_bits) {
  if (prefix_bits < 1 || prefix_bits > 32)
    throw Error(Errc::Usage, base::cat(prefix_bits, ": a net mask has 1 to 32 bits"), EINVAL);
  return {htonl(~uint32_t{0} << (32 - prefix_bits))};
}

}  // namespace

void start_network(const NetworkSettings& settings) {
  Device("lo").bring_up();
  Device device(kDevice);
  device.set_address(parse(settings.address), mask_of(settings.prefix_bits));
  device.bring_up();
  device.route_everything_to(parse(settings.gateway));
  parse(settings.nameserver);
  const char* resolver = "/etc/resolv.conf";
  const base::UniqueFd file = base::open_file(resolver, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  base::write_all(file.get(), base::cat("nameserver ", settings.nameserver, "\n"), resolver);
}

}  // namespace glovebox::guestd
