// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/guest.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/cat.h"
#include "base/error.h"
#include "tools/common/guest/encrypted.h"
#include "tools/common/guest/mount.h"

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

// Like that of a disk named with -a, a file that is not there is told before anything starts.
void require_readable(const std::string& guest, const std::vector<DomainDrive>& drives) {
  for (const DomainDrive& drive : drives) {
    if (access(drive.path.c_str(), R_OK) == 0)
      continue;
    const int errnum = errno;
    base::throw_errno(
        base::cat("libvirt domain ‘", base::escape(guest), "’: ", base::escape(drive.path)),
        errnum);
  }
}

std::vector<DomainDrive> drives_of_domain_named(const std::string& name, const std::string& uri) {
  auto drives = drives_of_domain({.name = name, .uuid_allowed = true, .uri = uri},
                                 {.readonly = true, .readonly_disk = ReadonlyDisk::Read});
  require_readable(name, drives);
  return drives;
}

std::vector<DomainDrive> drives_of_guest(const DriveSource& guest, const std::string& uri) {
  if (guest.kind == DriveSource::Kind::Domain)
    return drives_of_domain_named(guest.path, uri);
  return base::with_context(
      base::cat(base::escape(guest.path), ": there is no such file; as a libvirt guest"),
      [&] { return drives_of_domain_named(guest.path, uri); });
}

std::vector<DomainDrive> drives_of(const GuestOptions& options) {
  std::vector<DomainDrive> drives;
  for (const DriveSource& source : options.drives) {
    if (source.kind == DriveSource::Kind::Disk) {
      drives.push_back(
          {source.path,
           {.readonly = true, .format = source.format, .blocksize = source.blocksize}});
      continue;
    }
    const auto more = drives_of_guest(source, options.connect);
    drives.insert(drives.end(), more.begin(), more.end());
  }
  return drives;
}

}  // namespace

void apply_settings(const GuestOptions& options, const std::string& program, Settings& settings) {
  settings.program = program;
  settings.verbose = settings.verbose || options.verbose;
  settings.trace = settings.trace || options.trace;
  settings.require_confinement = settings.require_confinement || options.require_confinement;
  const auto says_timeout = [](const std::string& word) { return word.starts_with("timeout="); };
  if (options.timeout || !std::ranges::any_of(settings.backend_settings, says_timeout))
    settings.timeout = options.timeout.value_or(kDefaultTimeout);
}

// libvirt is asked before ^C is caught, because nothing but the end of the program stops it.
Guest::Guest(const GuestOptions& options, const std::string& program, Messages& messages)
    : Guest(drives_of(options), options, program, messages) {}

Guest::Guest(const std::vector<DomainDrive>& drives,
             const GuestOptions& options,
             const std::string& program,
             Messages& messages)
    : options_(options),
      keys_(options),
      messages_(messages),
      bar_(messages, steady_now),
      show_bar_(isatty(STDERR_FILENO) == 1),
      cancel_on_signal_([](void* handle) { static_cast<Handle*>(handle)->cancel(); }, &handle_) {
  apply_settings(options, program, handle_.settings());
  handle_.add_event_callback(kEvents, [this](const Event& event) { on_event(event); });
  for (const DomainDrive& drive : drives) handle_.add_drive(drive.path, drive.options);
  launch();
}

void Guest::launch() {
  run([&] { handle_.launch(); });
  throw_if_signalled();
}

void Guest::run(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    if (e.code() != Errc::Timeout || !handle_.out_of_time())
      throw;
    throw Error(e.code(),
                base::cat(e.what(),
                          "; --timeout=SECONDS allows more time, --timeout=none removes the limit"),
                e.errnum());
  }
}

void Guest::open_encrypted_volumes() {
  const bool inspects = options_.mounts.empty();
  if (inspects || keys_.given())
    open_encrypted(handle_, keys_, inspects ? Ask::Yes : Ask::No);
}

void Guest::look(const std::function<void(Damage)>& look) {
  const auto open_and_look = [&](Damage damage) {
    run([&] {
      open_encrypted_volumes();
      look(damage);
    });
  };
  if (!handle_.in_use())
    return open_and_look(Damage::Tell);
  look_at_running(open_and_look, [&] {
    handle_.shutdown();
    launch();
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

int read_guest(const GuestOptions& options,
               const std::string& program,
               Messages& messages,
               const std::function<int(Calls&)>& verb) {
  Guest guest(options, program, messages);
  guest.look([&](Damage damage) { mount_guest(guest.handle(), options, damage, messages); });
  int status = 0;
  guest.run([&] { status = verb(guest.handle()); });
  guest.close();
  return status;
}

}  // namespace glovebox::tools
