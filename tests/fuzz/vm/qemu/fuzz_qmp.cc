// SPDX-License-Identifier: GPL-2.0-or-later
// What a qemu that a disk has subverted may say on its control socket.
#include <sys/socket.h>

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "vm/qemu/qmp.h"

using namespace glovebox;

namespace {

template <typename Action>
void until_error(const Action& action) {
  try {
    for (;;) action();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = 64 * 1024;  // what a socket takes without a reader
  if (size > kMaxInput)
    return 0;
  base::SocketPair pair = base::make_socket_pair();
  base::write_all(pair.second.get(), {reinterpret_cast<const char*>(data), size}, "input");
  shutdown(pair.second.get(), SHUT_WR);
  static const base::UniqueFd descriptor = base::make_memfd("fuzz");
  vm::Qmp qmp(std::move(pair.first));
  const auto deadline = base::Deadline::after(std::chrono::seconds(5));
  // Each until there is no more: what has arrived stays in its queue.
  until_error([&] { qmp.wait_event("MIGRATION", deadline); });
  until_error([&] { qmp.call("getfd", "{}", deadline, descriptor.get()); });
  until_error([&] {
    vm::QmpEvent event;
    if (!qmp.next_event(event))
      throw Error(Errc::NotFound, "no event");
  });
  return 0;
}
