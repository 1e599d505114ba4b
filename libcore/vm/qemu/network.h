// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Network: the appliance's way to the network, for callers that ask for one. passt(1) does the
// guest's sending and receiving with sockets of its own, as an ordinary user (root's as one that
// nobody else is) and confined by itself; qemu has one socket, to passt, and keeps all of its
// walls. passt ends with the object, and when qemu's end of the socket closes. One thread at a
// time.
#pragma once

#include <optional>

#include "base/child.h"
#include "base/unique_fd.h"
#include "vm/host/own_user.h"

namespace glovebox::vm {

// The appliance's side, as in libguestfs.
inline constexpr const char* kGuestAddress = "169.254.2.15";
inline constexpr int kGuestPrefixBits = 16;
inline constexpr const char* kGateway = "169.254.2.2";
inline constexpr const char* kNameserver = "169.254.2.3";  // passt asks the host's

class Network {
 public:
  Network() = default;
  // Throws NotFound with the package to install, System if passt cannot be started.
  static Network start();

  // What qemu's network device reads and writes: each frame after its length.
  base::UniqueFd take_socket() { return std::move(socket_); }

  // Throws System with passt's own words if it has ended: it does so at once where the host has no
  // network to offer. Nothing if it was never started.
  void require_running();

 private:
  std::optional<OwnUser> user_;  // root's passt runs as this one
  base::Child passt_;
  base::UniqueFd socket_;
  base::UniqueFd words_;  // what it prints
};

}  // namespace glovebox::vm
