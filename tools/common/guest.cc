// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest.h"

#include <unistd.h>

#include <chrono>

namespace glovebox::tools {
namespace {

std::chrono::milliseconds steady_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

constexpr uint64_t bit(EventKind kind) {
  return static_cast<uint64_t>(kind);
}

constexpr uint64_t kEvents = bit(EventKind::Progress) | bit(EventKind::Appliance) |
                             bit(EventKind::Library) | bit(EventKind::Trace) |
                             bit(EventKind::Warning);

}  // namespace

void apply_settings(const GuestOptions& options, const std::string& program, Settings& settings) {
  settings.program = program;
  settings.verbose = settings.verbose || options.verbose;
  settings.trace = settings.trace || options.trace;
  settings.require_confinement = settings.require_confinement || options.require_confinement;
}

Guest::Guest(const GuestOptions& options, const std::string& program, Messages& messages)
    : messages_(messages),
      bar_(messages, steady_now),
      show_bar_(isatty(STDERR_FILENO) == 1),
      cancel_on_signal_([](void* handle) { static_cast<Handle*>(handle)->cancel(); }, &handle_) {
  apply_settings(options, program, handle_.settings());
  handle_.add_event_callback(kEvents, [this](const Event& event) { on_event(event); });
  for (const DriveSource& drive : options.drives)
    handle_.add_drive(drive.path,
                      {.readonly = true, .format = drive.format, .blocksize = drive.blocksize});
  handle_.launch();
  throw_if_signalled();
}

void Guest::look(const std::function<void(Damage)>& look) {
  if (!handle_.in_use())
    return look(Damage::Tell);
  look_at_running(look, [&] {
    handle_.shutdown();
    handle_.launch();
    throw_if_signalled();
  });
}

void Guest::on_event(const Event& event) {
  if (event.kind == EventKind::Progress) {
    messages_.progress(event.position, event.total);
    if (show_bar_)
      bar_.update(event.position, event.total);
    return;
  }
  bar_.clear();
  if (event.kind == EventKind::Warning)
    messages_.warning(event.text);
  else if (event.kind == EventKind::Trace)
    messages_.debug("libguestfs: trace: " + event.text);
  else
    messages_.debug(event.text);
}

}  // namespace glovebox::tools
