// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a Handle is made of. Handle itself is thin: launching (handle_launch.cc), its drives
// (handle_drives.cc) and what goes wrong with its machine (handle_failures.cc) are apart.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/canceller.h"
#include "base/cat.h"
#include "base/error.h"
#include "calls/connection.h"
#include "calls/trace.h"
#include "glovebox/admin.h"
#include "glovebox/handle.h"
#include "session/drive.h"
#include "session/launcher.h"

namespace glovebox {
namespace session {

struct ConfiguredDrive {
  std::string path;
  DriveOptions options;
  size_t index = 0;       // 0: /dev/sda; given at launch or when it is plugged in
  vm::DriveIds ids = {};  // since then
  std::optional<disk::Identity> written = {};  // the image, if it is, since then
};

// For guestd.
InternalDrive described(const ConfiguredDrive& drive);

// Runs a call that returns nothing; `arguments` shows what it was given.
template <typename Arguments, typename Action>
void traced_call(Calls& calls, const char* name, const Arguments& arguments, const Action& action) {
  calls::TracedCall trace(calls, name, calls::FailsWith::MinusOne);
  if (trace.on()) {
    arguments(trace.line());
    trace.begin();
  }
  action();
  if (trace.on()) {
    trace.line().result(0);
    trace.end();
  }
}

inline void no_arguments(calls::TraceLine&) {}

}  // namespace session

struct Handle::Impl final : calls::Observer {
  std::recursive_mutex mutex;  // a callback may call back
  Settings settings;
  std::vector<session::ConfiguredDrive> drives;  // by index
  int next_fdset = 0;                            // given at launch
  State state = State::Config;
  std::map<int, std::pair<uint64_t, EventCallback>> callbacks;
  int next_callback = 0;
  base::Canceller canceller;
  std::unique_ptr<vm::Vm> vm;
  std::unique_ptr<calls::MachineWatch> watch;
  std::unique_ptr<calls::Connection> connection;
  LaunchReport report;
  bool launched_once = false;
  bool in_use = false;
  bool in_call = false;  // guestd answers one; callbacks come in the middle of it
  // By a drive's device of qemu: why a write to its image failed. The guest is told once, and then
  // its kernel takes the data for written.
  std::map<std::string, std::string> lost_writes;
  std::optional<std::chrono::milliseconds> time_limit;  // of launches and calls together ...
  std::chrono::milliseconds time_used{0};               // ... without those of `connection`
  std::string last_error;
  int last_errno = 0;

  void emit(const Event& event) {
    const auto current = callbacks;  // a callback may remove itself
    for (const auto& [id, entry] : current)
      if (entry.first & static_cast<uint64_t>(event.kind))
        entry.second(event);
  }
  void progress(const calls::Progress& progress) override {
    emit({.kind = EventKind::Progress,
          .position = progress.position,
          .total = progress.total,
          .procedure = progress.procedure,
          .serial = progress.serial});
  }

  // Remembers an error on its way out.
  template <typename Action>
  auto guarded(Action&& action) {
    const std::lock_guard lock(mutex);
    try {
      return action();
    } catch (const Error& e) {
      last_error = e.what();
      last_errno = e.errnum();
      throw;
    }
  }

  void require(State wanted, const std::string& doing) const {
    if (state == wanted)
      return;
    if (wanted == State::Ready)
      throw Error(Errc::Usage,
                  doing +
                      ": call launch before using this function\n(in guestfish, don't forget "
                      "to use the 'run' command)");
    throw Error(Errc::Usage, doing + ": this must be called before launch");
  }

  void refuse_in_call(const char* doing) const {
    if (in_call)
      throw Error(Errc::Usage,
                  base::cat(doing,
                            ": called in a callback of a call that is still running: let it end "
                            "first, or cancel it"),
                  EBUSY);
  }

  void launch();
  session::Launched launch_before_deadline(const session::LaunchDrives& launched_drives,
                                           session::LaunchCallbacks& launch_callbacks);
  session::Drive prepare(session::ConfiguredDrive& drive);  // opens it
  auto labelled(const std::string& label) {
    return std::find_if(drives.begin(), drives.end(), [&](const session::ConfiguredDrive& drive) {
      return drive.options.label == label;
    });
  }
  size_t free_index() const;
  // Talks to qemu about the running machine.
  template <typename Action>
  void with_qemu(const char* call, const Action& action);
  std::string call(const CallInfo& call, const Request& request);
  void end() noexcept;
  // How long launches and calls have taken so far.
  std::chrono::milliseconds time_taken() const;
  bool out_of_time() const { return time_limit && time_taken() >= *time_limit; }
  // The message then.
  std::string time_is_up() const;
  // What went wrong on the host's side since the last time, for people; empty if nothing did.
  std::string io_errors() noexcept;
  std::string describe(const vm::IoError& error);
  // System if something that was written to the drive did not reach its image.
  void refuse_lost_writes(const char* call, const session::ConfiguredDrive& drive) const;
  // The machine is gone, as `e` found: says so to whoever listens, and makes the handle usable
  // again.
  [[noreturn]] void end_and_throw(const Error& e);
};

}  // namespace glovebox
