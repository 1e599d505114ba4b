// SPDX-License-Identifier: GPL-2.0-or-later
//
// guestd's end: the input is all that a library sends. The real server and the generated dispatch
// read it, with sample functions behind them. The first byte says how these end: with an answer, by
// an exception at once, or by one after they have read their file and written most of their answer.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "daemon/rpc/server.h"
#include "guestd/functions.h"
#include "tests/unit/rpc/round_trip.h"

namespace {

using namespace glovebox;

constexpr uint8_t kLate = 0x80;

// A procedure of this fuzzer's own, with an argument of each type that is checked: whichever of
// them the calls of the API happen to take.
constexpr uint32_t kCheckedTypes = 0xffff;

void checked_types(guestd::Call& call) {
  proto::XdrReader& in = call.arguments();
  const std::string path = in.string();
  const std::string name = in.string();
  const std::string guid = in.string();
  call.finish_arguments(0);
  guestd::check_pathname(path, "path");
  guestd::check_file_name(name, "name");
  guestd::check_guid(guid, "guid");
}

// What the functions throw: nothing, an Error of each kind without and one with an errno, or what
// the library of C++ throws.
std::exception_ptr failure(uint8_t choice) {
  constexpr Errc kCodes[] = {Errc::Usage,       Errc::NotFound, Errc::Corrupt,   Errc::Denied,
                             Errc::Unsupported, Errc::Timeout,  Errc::Cancelled, Errc::Remote,
                             Errc::Failed,      Errc::Died,     Errc::System};
  if (choice == 0)
    return nullptr;
  if (choice <= std::size(kCodes))
    return std::make_exception_ptr(Error(kCodes[choice - 1], "refused"));
  if (choice % 2 == 0)
    return std::make_exception_ptr(Error(Errc::System, "disk full", ENOSPC));
  return std::make_exception_ptr(std::bad_alloc());
}

void answer(guestd::Call& call, uint8_t ending) {
  const std::exception_ptr thrown = failure(ending & ~kLate);
  guestd::Appliance app;
  if (!(ending & kLate))
    app.failure = thrown;
  if (call.number() == kCheckedTypes)
    checked_types(call);
  else
    guestd::dispatch(app, call);
  if (thrown)
    std::rethrow_exception(thrown);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
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
      base::write_all(pair.first.get(), {reinterpret_cast<const char*>(data) + 1, size - 1},
                      "input");
    } catch (const Error&) {
      // The server gave up before the end.
    }
    shutdown(pair.first.get(), SHUT_WR);
  });
  try {
    guestd::Server server(pair.second.get(), [&](guestd::Call& call) { answer(call, data[0]); });
    server.serve();
  } catch (const guestd::LostSynchronization&) {
  }
  pair.second.reset();
  sender.join();
  library.join();
  return 0;
}
