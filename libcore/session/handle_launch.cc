// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"
#include "session/handle_impl.h"
#include "session/settings.h"

namespace glovebox {

std::chrono::milliseconds Handle::Impl::time_taken() const {
  const bool counts = time_limit && connection && connection->time_left();
  return counts ? *time_limit - *connection->time_left() : time_used;
}

std::string Handle::Impl::time_is_up() const {
  return base::cat("the time limit is reached: launch and calls may take ",
                   std::chrono::duration_cast<std::chrono::seconds>(*time_limit).count(), " s");
}

void Handle::Impl::launch() {
  std::vector<session::Drive> opened;
  constexpr int kFirstFdset = 100;
  next_fdset = kFirstFdset;
  lost_writes.clear();
  time_limit = session::time_limit(settings);
  for (session::ConfiguredDrive& drive : drives) drive.written.reset();
  for (size_t i = 0; i < drives.size(); ++i) {
    drives[i].index = i;
    opened.push_back(prepare(drives[i]));
  }
  in_use = std::any_of(opened.begin(), opened.end(),
                       [](const session::Drive& drive) { return drive.in_use; });
  session::LaunchCallbacks launch_callbacks{
      .warning =
          [this](const std::string& text) { emit({.kind = EventKind::Warning, .text = text}); },
      .library_message = {},
      .console_line = {},
      .deadline = {},
      .canceller = canceller};
  if (settings.verbose) {
    launch_callbacks.library_message = [this](const std::string& text) {
      emit({.kind = EventKind::Library, .text = text});
    };
    launch_callbacks.console_line = [this](const std::string& text) {
      emit({.kind = EventKind::Appliance, .text = text});
    };
  }
  std::vector<InternalDrive> list;
  for (const session::ConfiguredDrive& drive : drives) list.push_back(session::described(drive));
  session::Launched launched = launch_before_deadline({opened, list}, launch_callbacks);
  vm = std::move(launched.vm);
  watch = std::move(launched.watch);
  connection = std::move(launched.connection);
  if (time_limit)
    connection->set_time_left(std::max(*time_limit - time_used, std::chrono::milliseconds(0)),
                              time_is_up());
  report = std::move(launched.report);
}

session::Launched Handle::Impl::launch_before_deadline(const session::LaunchDrives& launched_drives,
                                                       session::LaunchCallbacks& launch_callbacks) {
  const auto begin = base::Deadline::Clock::now();
  const base::ScopeExit count([&] {
    time_used +=
        std::chrono::duration_cast<std::chrono::milliseconds>(base::Deadline::Clock::now() - begin);
  });
  if (time_limit)
    launch_callbacks.deadline =
        base::Deadline::after(std::max(*time_limit - time_used, std::chrono::milliseconds(0)));
  const auto& deadline = launch_callbacks.deadline;
  try {
    if (deadline && deadline->passed())
      throw Error(Errc::Timeout, "launch", ETIMEDOUT);
    return session::launch_appliance(settings, launched_drives, launch_callbacks);
  } catch (const Error& e) {
    if (e.code() == Errc::Timeout && deadline && deadline->passed())
      throw Error(e.code(), base::cat(e.what(), ": ", time_is_up()), ETIMEDOUT);
    throw;
  }
}

}  // namespace glovebox
