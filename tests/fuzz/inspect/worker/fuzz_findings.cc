// SPDX-License-Identifier: GPL-2.0-or-later
// What a plugin's process sends. What is accepted has to be fit for the report.
#include <sys/socket.h>

#include <cstdint>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "inspect/report/report_json.h"
#include "inspect/worker/findings.h"
#include "inspect/worker/worker_wire.h"

using namespace glovebox;
using namespace glovebox::inspect;

namespace {

const auto kSoon = std::chrono::seconds(5);

// The frame around it, as the engine takes it from the socket.
void receive(std::string_view bytes) {
  base::SocketPair pair = base::make_socket_pair();
  base::write_all(pair.second.get(), bytes, "input");
  shutdown(pair.second.get(), SHUT_WR);
  try {
    receive_message(pair.first.get(), kMaxHelloBytes, base::Deadline::after(kSoon));
  } catch (const Error&) {
  }
}

// What is sent, arrives, and its descriptor with it.
void send_and_receive(std::string_view bytes) {
  static const base::UniqueFd descriptor = base::make_memfd("fuzz");
  const auto deadline = base::Deadline::after(kSoon);
  base::SocketPair pair = base::make_socket_pair();
  send_message(pair.second.get(), bytes, descriptor.get(), deadline);
  const Message message = receive_message(pair.first.get(), kMaxRequestBytes, deadline);
  if (message.bytes != bytes || !message.fd.valid())
    __builtin_trap();
}

void strings(std::string_view bytes) {
  try {
    const auto list = unpack(bytes);
    if (unpack(pack(list)) != list)
      __builtin_trap();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr size_t kMaxInput = 64 * 1024;  // what a socket takes without a reader
  if (size <= kMaxInput) {
    receive(bytes);
    send_and_receive(bytes);
  }
  strings(bytes);
  Report report;
  try {
    Findings findings = decode_findings(bytes);
    if (decode_findings(encode(findings)) != findings)
      __builtin_trap();
    OperatingSystem& os = report.operatingsystems.emplace_back();
    apply_fields(findings, os);
    os.applications = std::move(findings.applications);
    os.icon = std::move(findings.icon);
    report.problems = std::move(findings.problems);
  } catch (const Error&) {
    return 0;
  }
  from_json(to_json(report));  // throws, and so crashes, if it is not
  return 0;
}
