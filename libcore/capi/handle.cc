// SPDX-License-Identifier: LGPL-2.1-or-later
//
// guestfs_create and guestfs_close. Handles that are open when the program ends are closed, as the
// field's library does it: what was written reaches the disk. That takes the one list of this
// library that outlives a call.
#include "capi/handle.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <set>
#include <utility>

#include "base/cat.h"
#include "capi/handle_calls.h"

namespace glovebox::capi {
namespace {

// The handles that exit() closes. A child of fork() has the list, but not the handles: the machines
// are its parent's.
class OpenHandles {
 public:
  ~OpenHandles() {
    if (getpid() != owner_)
      return;
    while (!handles_.empty()) destroy(*handles_.begin());
  }
  void add(guestfs_h* g) {
    const std::lock_guard lock(mutex_);
    owner_ = getpid();
    handles_.insert(g);
  }
  void remove(guestfs_h* g) {
    const std::lock_guard lock(mutex_);
    handles_.erase(g);
  }

 private:
  std::mutex mutex_;
  std::set<guestfs_h*> handles_;
  pid_t owner_ = 0;
};

OpenHandles& open_handles() {
  static OpenHandles handles;
  return handles;
}

}  // namespace

void print_error(guestfs_h*, void*, const char* message) {
  std::fprintf(stderr, "libguestfs: error: %s\n", message);
}

void require_config(const guestfs_h& g, const char* call) {
  if (g.handle.state() != State::Config)
    throw Error(Errc::Usage,
                base::cat(call, ": this function can only be called in the config state"));
}

void forget_drives(guestfs_h& g) {
  if (g.handle.state() != State::Config)
    return;
  g.handle.forget_drives_from(0);
  g.drives.clear();
}

void destroy(guestfs_h* g) {
  if (std::exchange(g->closing, true))
    return;
  open_handles().remove(g);
  for (const std::string& path : g->scratch_drives) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  delete g;
}

}  // namespace glovebox::capi

using namespace glovebox::capi;

namespace {

// As in the field's library, a wrong variable is told, and the handle is made nevertheless.
void take_environment(guestfs_h& g) {
  try {
    handle_calls::parse_environment(g);
  } catch (const glovebox::Error& e) {
    set_error(&g, e.what(), e.errnum());
  }
}

}  // namespace

guestfs_h::guestfs_h(unsigned create_flags)
    : flags(create_flags),
      error_handler{print_error, nullptr},
      out_of_memory(reinterpret_cast<guestfs_abort_cb>(std::abort)) {
  const uint64_t every_event = ~uint64_t{0};
  if (!(flags & GUESTFS_CREATE_NO_ENVIRONMENT))
    take_environment(*this);
  handle.add_event_callback(every_event,
                            [this](const glovebox::Event& event) { emit(this, event); });
}

guestfs_h* guestfs_create() {
  return guestfs_create_flags(0);
}

guestfs_h* guestfs_create_flags(unsigned flags, ...) {
  try {
    auto* g = new guestfs_h(flags);
    if (!(flags & GUESTFS_CREATE_NO_CLOSE_ON_EXIT))
      open_handles().add(g);
    return g;
  } catch (const std::exception& e) {
    print_error(nullptr, nullptr, e.what());
    return nullptr;
  }
}

void guestfs_close(guestfs_h* g) {
  if (!g)
    return;
  if (g->calls_running > 0) {
    // From a callback: the call that runs ends first, soon, and takes the handle with it.
    g->close_requested = true;
    g->handle.cancel();
    return;
  }
  destroy(g);
}
