// SPDX-License-Identifier: GPL-2.0-or-later
//
// guestd's end: the input is all that a library sends. The real server and the generated dispatch
// read it, with sample functions behind them.
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "daemon/rpc/server.h"
#include "guestd/functions.h"
#include "tests/unit/rpc/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace glovebox;
  std::signal(SIGPIPE, SIG_IGN);
  base::SocketPair pair = base::make_socket_pair();
  // Takes the replies, or the server would wait for room.
  std::thread library([&] {
    char bytes[64 * 1024];
    while (read(pair.first.get(), bytes, sizeof bytes) > 0) {
    }
  });
  // The input may be larger than a socket's buffer.
  std::thread sender([&] {
    try {
      base::write_all(pair.first.get(), {reinterpret_cast<const char*>(data), size}, "input");
    } catch (const Error&) {
      // The server gave up before the end.
    }
    shutdown(pair.first.get(), SHUT_WR);
  });
  guestd::Appliance app;
  try {
    guestd::Server server(pair.second.get(), [&](guestd::Call& call) { dispatch(app, call); });
    server.serve();
  } catch (const guestd::LostSynchronization&) {
  }
  pair.second.reset();
  sender.join();
  library.join();
  return 0;
}
