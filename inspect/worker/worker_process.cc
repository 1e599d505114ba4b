// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/worker_process.h"

#include <unistd.h>

#include <cstdlib>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/tree/dir_tree.h"
#include "inspect/worker/host_services.h"
#include "inspect/worker/plugin_library.h"
#include "inspect/worker/sandbox.h"
#include "inspect/worker/worker.h"
#include "inspect/worker/worker_wire.h"

namespace glovebox::inspect {
namespace {

// An idle worker waits for the engine without limit: its parent's end, or death, ends it.
base::Deadline never() {
  return base::Deadline::after(std::chrono::hours(24 * 365));
}

void send_hello(int socket, const glovebox_inspect_descriptor& plugin) {
  std::vector<std::string> hello{"", plugin.name, plugin.description ? plugin.description : "",
                                 plugin.describe ? "describe" : "",
                                 plugin.describe_paths ? "" : "everything"};
  for (size_t i = 0; plugin.describe_paths && plugin.describe_paths[i]; ++i)
    hello.push_back(plugin.describe_paths[i]);
  send_message(socket, pack(hello), -1, never());
}

Findings answer(const glovebox_inspect_descriptor& plugin, const Message& request) {
  const auto words = unpack(request.bytes);
  if (words.size() < 2 || words.size() % 2 != 0 || !request.fd.valid())
    throw Error(Errc::Corrupt, "malformed request");
  std::map<std::string, std::string> known;
  for (size_t i = 2; i < words.size(); i += 2) known[words[i]] = words[i + 1];
  const DirTree tree(request.fd.get());
  const auto function = words[0] == "detect" ? plugin.detect : plugin.describe;
  return call_plugin(function, tree, known, static_cast<uint32_t>(std::stoul(words[1])));
}

void serve(const std::string& plugin_path, const WorkerLimits& limits, int socket) {
  enter_sandbox(limits, socket);
  const auto plugin = load_plugin(plugin_path);
  close_sandbox();
  send_hello(socket, plugin);
  for (;;) {
    const Message request = receive_message(socket, kMaxRequestBytes, never());
    send_message(socket, encode(answer(plugin, request)), -1, never());
  }
}

}  // namespace

void run_worker_process(const std::string& plugin_path, const WorkerLimits& limits, int socket) {
  try {
    serve(plugin_path, limits, socket);
  } catch (const Error& e) {
    if (e.code() == Errc::Died)  // the engine closed its end
      _exit(0);
    try {
      send_message(socket, pack({base::escape(e.what())}), -1, never());
    } catch (...) {
      _exit(1);
    }
  } catch (...) {
    _exit(1);
  }
  _exit(1);
}

}  // namespace glovebox::inspect
