// SPDX-License-Identifier: GPL-2.0-or-later
//
// guestd: started by the appliance's init. It makes everything ready that a call may need, warms it
// up, says so with the launch word - the moment at which the template is saved - and serves calls
// until the machine ends.
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/rpc/channel.h"
#include "daemon/rpc/server.h"
#include "daemon/warm_up.h"
#include "guestd/functions.h"

namespace {

constexpr const char* kPlugins = "/usr/lib/glovebox/plugins";
constexpr rlim_t kMaxOpenFiles = 65536;

void run() {
  using namespace glovebox;
  signal(SIGPIPE, SIG_IGN);
  const rlimit files = {kMaxOpenFiles, kMaxOpenFiles};
  setrlimit(RLIMIT_NOFILE, &files);
  const base::UniqueFd channel =
      guestd::open_channel(base::Deadline::after(std::chrono::seconds(30)));
  auto transfer_disk = std::make_unique<guestd::TransferDisk>(guestd::open_transfer_disk());
  guestd::Appliance appliance(kPlugins);
  guestd::warm_up(appliance);
  guestd::Server server(
      channel.get(), [&](guestd::Call& call) { guestd::dispatch(appliance, call); },
      std::move(transfer_disk));
  server.announce();
  server.serve();
}

}  // namespace

int main() {
  try {
    run();
  } catch (const glovebox::Error& e) {
    fprintf(stderr, "guestd: %s\n", glovebox::base::escape(e.what()).c_str());
    return 1;
  }
}
