// SPDX-License-Identifier: LGPL-2.1-or-later
// The states of a handle, its launch and its end.
#include <cstdint>

#include "base/scope_exit.h"
#include "calls/trace.h"
#include "capi/handle.h"
#include "capi/handle_calls.h"
#include "glovebox/admin.h"

namespace glovebox::capi::handle_calls {
namespace {

constexpr int32_t kMostDrives = 255;

}  // namespace

void launch(guestfs_h& g) {
  if (g.handle.drive_count() == 0) {
    calls::TracedCall trace(g.handle, "launch", glovebox::calls::FailsWith::MinusOne);
    if (trace.on())
      trace.begin();
    throw Error(Errc::Usage, "you must call guestfs_add_drive before guestfs_launch");
  }
  g.launching = true;
  const base::ScopeExit launched([&] { g.launching = false; });
  try {
    g.handle.launch();
  } catch (Error& e) {
    // Users and programs look for these words of the field's library.
    if (e.code() == Errc::Died || e.code() == Errc::Timeout)
      throw e.in("guestfs_launch failed");
    throw;
  }
}
void shutdown(guestfs_h& g) {
  if (g.handle.state() == State::Config)
    return;
  try {
    g.handle.shutdown();
  } catch (const Error&) {
    forget_drives(g);
    throw;
  }
  forget_drives(g);
}
void kill_subprocess(guestfs_h& g) {
  shutdown(g);
}
void wait_ready(guestfs_h& g) {
  if (g.handle.state() != State::Ready)
    throw Error(Errc::Usage, "qemu has not been launched yet");
}
void user_cancel(guestfs_h& g) {
  g.handle.cancel();
}

int32_t get_pid(guestfs_h& g) {
  if (g.handle.state() != State::Ready)
    throw Error(Errc::Usage, "get-pid can only be called after launch");
  return launch_report(g.handle).process_id;
}

bool is_config(guestfs_h& g) {
  return g.handle.state() == State::Config;
}
bool is_launching(guestfs_h& g) {
  return g.handle.state() == State::Launching;
}
bool is_ready(guestfs_h& g) {
  return g.handle.state() == State::Ready;
}
bool is_busy(guestfs_h&) {
  return false;
}
int32_t get_state(guestfs_h& g) {
  return static_cast<int32_t>(g.handle.state());
}
int64_t c_pointer(guestfs_h& g) {
  return static_cast<int64_t>(reinterpret_cast<intptr_t>(&g));
}
int32_t max_disks(guestfs_h&) {
  return kMostDrives;
}

Version version(guestfs_h&) {
  return {.major = 1, .minor = 48, .release = 6, .extra = ""};
}

}  // namespace glovebox::capi::handle_calls
