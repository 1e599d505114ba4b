// SPDX-License-Identifier: GPL-2.0-or-later
//
// The appliance's network: its one device, set up by hand, since the library knows the addresses.
#pragma once

#include <string>

namespace glovebox::guestd {

struct NetworkSettings {
  std::string address;  // IPv4, as text
  int prefix_bits = 0;
  std::string gateway;
  std::string nameserver;
};

// Throws Usage for what is no address, System when the kernel refuses (ENODEV: the machine has no
// network device).
void start_network(const NetworkSettings& settings);

}  // namespace glovebox::guestd
