// SPDX-License-Identifier: GPL-2.0-or-later
//
// guestd: started by the appliance's init, it says that it is ready and serves calls until the
// machine ends.
#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/channel.h"

namespace {

constexpr uint32_t kLaunchWord = 0xf5f55ff5;

void run() {
  using namespace glovebox;
  const base::UniqueFd channel =
      guestd::open_channel(base::Deadline::after(std::chrono::seconds(30)));
  const uint32_t word = htonl(kLaunchWord);
  base::write_all(channel.get(), {reinterpret_cast<const char*>(&word), sizeof word}, "channel");
  for (;;) pause();
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
