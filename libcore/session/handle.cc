// SPDX-License-Identifier: LGPL-2.1-or-later
#include "glovebox/handle.h"

#include <algorithm>

#include "base/scope_exit.h"
#include "session/handle_impl.h"
#include "session/settings.h"
#include "vm/qemu/network.h"

namespace glovebox {

std::string Handle::Impl::call(const CallInfo& call, const Request& request) {
  in_call = true;
  const base::ScopeExit over([&] { in_call = false; });
  return connection->call(call, request, *this);
}

void Handle::Impl::end() noexcept {
  time_used = time_taken();
  connection.reset();
  watch.reset();
  vm.reset();
  if (state != State::Closed)
    state = State::Config;
}

Handle::Handle() : Handle(session::settings_from_environment()) {}

Handle::Handle(const Settings& settings) : impl_(std::make_unique<Impl>()) {
  impl_->settings = settings;
}

Handle::~Handle() {
  try {
    if (traced())
      trace("close");
    stop();
  } catch (...) {
    // A destructor cannot tell; callers that write call shutdown() themselves.
  }
  impl_->state = State::Closed;
  try {
    impl_->emit({.kind = EventKind::Close});
  } catch (...) {
    // A callback's own exception has nowhere to go.
  }
}

Settings& Handle::settings() {
  return impl_->settings;
}

void Handle::launch() {
  session::traced_call(*this, "launch", session::no_arguments, [&] { start(); });
}

void Handle::start() {
  impl_->guarded([&] {
    if (impl_->state != State::Config)
      throw Error(Errc::Usage, "launch: the handle has already been launched");
    impl_->state = State::Launching;
    impl_->canceller.clear();
    try {
      impl_->launch();
      impl_->state = State::Ready;
      if (impl_->settings.network)
        internal_start_network(vm::kGuestAddress, vm::kGuestPrefixBits, vm::kGateway,
                               vm::kNameserver);
      if (has_backend_setting("run_guest_programs"))
        internal_allow_guest_programs();
    } catch (...) {
      impl_->end();
      throw;
    }
    impl_->launched_once = true;
    impl_->emit({.kind = EventKind::LaunchDone});
  });
}

void Handle::shutdown() {
  session::traced_call(*this, "shutdown", session::no_arguments, [&] { stop(); });
}

void Handle::stop() {
  impl_->guarded([&] {
    if (impl_->state != State::Ready)
      return;
    impl_->refuse_in_call("shutdown");
    const bool writes =
        std::any_of(impl_->drives.begin(), impl_->drives.end(),
                    [](const session::ConfiguredDrive& d) { return !d.options.readonly; });
    // Nothing on a read-only drive outlives the machine, so there is nothing to sync.
    try {
      if (writes && impl_->settings.autosync)
        internal_autosync();
      for (const session::ConfiguredDrive& drive : impl_->drives)
        impl_->refuse_lost_writes("shutdown", drive);
    } catch (...) {
      impl_->end();
      throw;
    }
    impl_->end();
  });
}

State Handle::state() const {
  return impl_->state;
}

bool Handle::in_use() const {
  return impl_->in_use;
}

bool Handle::out_of_time() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->out_of_time();
}

int Handle::add_event_callback(uint64_t event_bitmask, EventCallback callback) {
  const std::lock_guard lock(impl_->mutex);
  const int id = impl_->next_callback++;
  impl_->callbacks.emplace(id, std::pair(event_bitmask, std::move(callback)));
  return id;
}

void Handle::remove_event_callback(int id) {
  const std::lock_guard lock(impl_->mutex);
  impl_->callbacks.erase(id);
}

void Handle::cancel() noexcept {
  impl_->canceller.cancel();
}

const std::string& Handle::last_error() const {
  return impl_->last_error;
}

int Handle::last_errno() const {
  return impl_->last_errno;
}

std::string Handle::transact(const CallInfo& call, const Request& request) {
  return impl_->guarded([&] {
    impl_->require(State::Ready, call.name);
    impl_->refuse_in_call(call.name);
    try {
      std::string reply = impl_->call(call, request);
      impl_->vm->console().drain();
      // The call may have made the best of it: an inspection reports a journal that was not
      // replayed.
      if (const std::string io_errors = impl_->io_errors(); !io_errors.empty())
        impl_->emit({.kind = EventKind::Warning, .text = io_errors});
      return reply;
    } catch (Error& e) {
      impl_->vm->console().drain();
      if (impl_->connection->broken())
        impl_->end_and_throw(e);
      if (const std::string io_errors = impl_->vm ? impl_->io_errors() : ""; !io_errors.empty())
        throw Error(e.code(), base::cat(e.what(), " (", io_errors, ")"), e.errnum());
      throw;
    }
  });
}

bool Handle::traced() const {
  return impl_->settings.trace;
}

bool Handle::has_backend_setting(const std::string& name) const {
  const auto& backend = impl_->settings.backend_settings;
  return std::find(backend.begin(), backend.end(), name) != backend.end();
}

void Handle::warn(const std::string& text) {
  const std::lock_guard lock(impl_->mutex);
  impl_->emit({.kind = EventKind::Warning, .text = text});
}

void Handle::trace(const std::string& line) {
  const std::lock_guard lock(impl_->mutex);
  impl_->emit({.kind = EventKind::Trace, .text = line});
}

LaunchReport launch_report(const Handle& handle) {
  const std::lock_guard lock(handle.impl_->mutex);
  if (!handle.impl_->launched_once)
    throw Error(Errc::Usage, "the handle has not been launched yet");
  return handle.impl_->report;
}

}  // namespace glovebox
