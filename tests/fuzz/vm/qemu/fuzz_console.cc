// SPDX-License-Identifier: GPL-2.0-or-later
// What a guest's kernel may print: every line arrives, and none can drive a terminal.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#include "base/cat.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "vm/qemu/console.h"

using namespace glovebox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = 64 * 1024;  // what a socket takes without a reader
  if (size > kMaxInput)
    return 0;
  const std::string kLast = "this fuzzer's last line";
  bool at_end = false;
  base::SocketPair serial = base::make_socket_pair();
  base::SocketPair errors = base::make_socket_pair();
  vm::Console console(std::move(serial.first), std::move(errors.first), [&](const std::string& line) {
    if (base::escape(line) != line)
      std::abort();
    at_end = line == kLast;
  });
  const bool from_qemu = size > 0 && data[0] % 2 == 1;
  base::write_all((from_qemu ? errors : serial).second.get(),
                  std::string(reinterpret_cast<const char*>(data), size) + "\n" + kLast + "\n",
                  "input");
  while (!at_end) {
    console.drain();
    std::this_thread::yield();
  }
  if (!console.last_words().ends_with(kLast))
    std::abort();
  return 0;
}
