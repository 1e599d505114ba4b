// SPDX-License-Identifier: GPL-2.0-or-later
//
// Server: guestd's side of the message stream. It reads a request, lets the handler answer it,
// sends what comes of that, and goes back to reading. docs/protocol.md says what travels.
//
//   Server server(port_fd, [&](Call& call) { dispatch(appliance, call); });
//   server.announce();
//   server.serve();
//
// One call runs at a time, in the thread of serve(). The server starts a thread of its own
// (CallWatch): construct it after the last fork.
#pragma once

#include <functional>
#include <memory>

#include "daemon/rpc/call.h"
#include "daemon/rpc/call_watch.h"
#include "daemon/rpc/port.h"

namespace glovebox::guestd {

class Server {
 public:
  using Handler = std::function<void(Call&)>;

  // The descriptor is borrowed. Without a transfer disk files travel through it alone.
  Server(int fd, Handler handler, std::unique_ptr<TransferDisk> transfer_disk = nullptr);

  // Sends the launch word: guestd is ready for the first request.
  void announce();

  // Answers requests until the stream ends, which a virtio-serial port never does. Throws
  // LostSynchronization when the two ends no longer agree where a message begins; nothing can be
  // said any more then, and guestd should end.
  void serve();

 private:
  // False at the end of the stream.
  bool serve_one();
  void answer(Call& call);

  Handler handler_;
  Port port_;
  CallWatch watch_;
  const std::unique_ptr<TransferDisk> transfer_disk_;
};

}  // namespace glovebox::guestd
