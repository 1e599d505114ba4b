// SPDX-License-Identifier: LGPL-2.1-or-later
#include "glovebox/handle.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"
#include "calls/connection.h"
#include "calls/trace.h"
#include "glovebox/admin.h"
#include "session/drive.h"
#include "session/launcher.h"
#include "session/settings.h"
#include "session/untraced.h"
#include "vm/hot_plug.h"
#include "vm/qemu/network.h"

namespace glovebox {
namespace {

constexpr size_t kMaxDrives = 255;  // targets of one virtio-scsi controller
constexpr int kFirstFdset = 100;
constexpr auto kPlugTimeout = std::chrono::seconds(30);

struct ConfiguredDrive {
  std::string path;
  DriveOptions options;
  size_t index = 0;       // 0: /dev/sda; given at launch or when it is plugged in
  vm::DriveIds ids = {};  // since then
  std::optional<disk::Identity> written = {};  // the image, if it is, since then
};

InternalDrive described(const ConfiguredDrive& drive) {
  const session::ScsiAddress address = session::scsi_address(drive.index);
  return {.index = static_cast<int32_t>(drive.index),
          .target = address.target,
          .lun = address.lun,
          .readonly = drive.options.readonly,
          .label = drive.options.label.value_or("")};
}

// Runs a call that returns nothing; `arguments` shows what it was given.
template <typename Arguments, typename Action>
void traced_call(Calls& calls, const char* name, const Arguments& arguments, const Action& action) {
  session::TracedCall trace(calls, name, session::FailsWith::MinusOne);
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

void no_arguments(session::TraceLine&) {}

}  // namespace

struct Handle::Impl final : session::Observer {
  std::recursive_mutex mutex;  // a callback may call back
  Settings settings;
  std::vector<ConfiguredDrive> drives;  // by index
  int next_fdset = kFirstFdset;
  State state = State::Config;
  std::map<int, std::pair<uint64_t, EventCallback>> callbacks;
  int next_callback = 0;
  base::Canceller canceller;
  std::unique_ptr<vm::Vm> vm;
  std::unique_ptr<session::MachineWatch> watch;
  std::unique_ptr<session::Connection> connection;
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
  void progress(const session::Progress& progress) override {
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
                            ": this is a callback of a call that has not ended: let it end "
                            "first, or cancel it"),
                  EBUSY);
  }

  void launch();
  session::Launched launch_before_deadline(const session::LaunchDrives& launched_drives,
                                           session::LaunchCallbacks& launch_callbacks);
  session::Drive prepare(ConfiguredDrive& drive);  // opens it
  auto labelled(const std::string& label) {
    return std::find_if(drives.begin(), drives.end(),
                        [&](const ConfiguredDrive& drive) { return drive.options.label == label; });
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
  void refuse_lost_writes(const char* call, const ConfiguredDrive& drive) const;
  // The machine is gone, as `e` found: says so to whoever listens, and makes the handle usable
  // again.
  [[noreturn]] void end_and_throw(const Error& e);
};

std::chrono::milliseconds Handle::Impl::time_taken() const {
  const bool counts = time_limit && connection && connection->time_left();
  return counts ? *time_limit - *connection->time_left() : time_used;
}

std::string Handle::Impl::time_is_up() const {
  return base::cat("the time is up: launch and calls may take ",
                   std::chrono::duration_cast<std::chrono::seconds>(*time_limit).count(), " s");
}

void Handle::Impl::launch() {
  std::vector<session::Drive> opened;
  next_fdset = kFirstFdset;
  lost_writes.clear();
  time_limit = session::time_limit(settings);
  for (ConfiguredDrive& drive : drives) drive.written.reset();
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
  for (const ConfiguredDrive& drive : drives) list.push_back(described(drive));
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

session::Drive Handle::Impl::prepare(ConfiguredDrive& drive) {
  std::vector<disk::Identity> written;
  for (const ConfiguredDrive& other : drives)
    if (other.written)
      written.push_back(*other.written);
  session::Drive opened =
      session::prepare_drive(drive.index, drive.path, drive.options, written,
                             vm::overlay_directory(settings.tmpdir), next_fdset);
  next_fdset += static_cast<int>(opened.prepared.fds.size());
  drive.ids = opened.prepared.ids;
  if (!drive.options.readonly)
    drive.written = disk::identity_of(opened.chain.top());
  return opened;
}

size_t Handle::Impl::free_index() const {
  size_t index = 0;
  for (const ConfiguredDrive& drive : drives)
    if (drive.index == index)
      ++index;
  return index;
}

template <typename Action>
void Handle::Impl::with_qemu(const char* call, const Action& action) {
  try {
    action(vm->qmp(), base::Deadline::after(kPlugTimeout));
  } catch (Error& e) {
    if (e.code() == Errc::Died)
      end_and_throw(Error(e.code(), base::cat(call, ": ", e.what(), "."), EPIPE));
    throw e.in(call);
  }
}

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

// "write of disk.img: No space left on device".
std::string Handle::Impl::describe(const vm::IoError& error) {
  const auto drive = std::ranges::find_if(
      drives, [&](const ConfiguredDrive& d) { return d.ids.device == error.device; });
  const std::string reason = base::escape(error.reason);
  return base::cat(
      base::escape(error.operation), " of ",
      base::escape(drive != drives.end() ? drive->path : error.device),
      error.on_overlay ? base::cat("'s throw-away layer in ",
                                   base::escape(vm::overlay_directory(settings.tmpdir).path))
                       : "",
      ": ", reason, reason == base::errno_text(EFBIG) ? base::limit_advice(EFBIG) : "");
}

std::string Handle::Impl::io_errors() noexcept {
  try {
    constexpr size_t kMaxTold = 8;
    std::string text;
    size_t count = 0;
    for (const vm::IoError& error : vm->take_io_errors()) {
      if (count < kMaxTold)
        text += (text.empty() ? "on the host: " : "; ") + describe(error);
      ++count;
      const auto known = [&](const ConfiguredDrive& d) { return d.ids.device == error.device; };
      if (error.operation == "write" && !error.on_overlay && std::ranges::any_of(drives, known))
        lost_writes.emplace(error.device, describe(error));
    }
    return count > kMaxTold ? base::cat(text, "; and ", count - kMaxTold, " more") : text;
  } catch (const std::exception&) {
    return {};  // the call's own error is the one to tell
  }
}

void Handle::Impl::refuse_lost_writes(const char* call, const ConfiguredDrive& drive) const {
  if (const auto lost = lost_writes.find(drive.ids.device); lost != lost_writes.end())
    throw Error(Errc::System,
                base::cat(call, ": on the host: ", lost->second,
                          ": what was written since is not all in the image"),
                EIO);
}

void Handle::Impl::end_and_throw(const Error& e) {
  const bool in_limit = e.code() != Errc::Timeout || !out_of_time();
  std::string said = in_limit ? vm->end_text() : "";  // what it was doing is no reason
  if (vm->found_stopped() && session::note_kvm_failure(settings, report, e.what()))
    said += "; the next launch uses emulation instead of KVM";
  end();
  emit({.kind = EventKind::SubprocessQuit});
  throw Error(e.code(), e.what() + said, e.errnum());
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

void Handle::add_drive(const std::string& path, const DriveOptions& options) {
  const auto arguments = [&](session::TraceLine& line) {
    line.argument(path);
    if (options.readonly)
      line.optional("readonly", std::optional(true));
    line.optional("format", options.format);
    line.optional("label", options.label);
    line.optional("blocksize", options.blocksize);
  };
  traced_call(*this, "add_drive", arguments, [&] { add(path, options); });
}

void add_drive_untraced(Handle& handle, const std::string& path, const DriveOptions& options) {
  handle.add(path, options);
}

void Handle::add(const std::string& path, const DriveOptions& options) {
  impl_->guarded([&] {
    if (impl_->drives.size() >= kMaxDrives)
      throw Error(Errc::Usage, base::cat("add_drive: more than ", kMaxDrives, " drives"));
    if (impl_->state == State::Ready)
      return plug(path, options);
    impl_->require(State::Config, "add_drive");
    impl_->drives.push_back({path, options});
  });
}

void Handle::plug(const std::string& path, const DriveOptions& options) {
  if (!options.label)
    throw Error(Errc::Usage, "add_drive: a drive that is added after the launch needs a label");
  if (impl_->labelled(*options.label) != impl_->drives.end())
    throw Error(Errc::Usage, base::cat("add_drive: there is a drive with the label '",
                                       base::escape(*options.label), "' already"));
  ConfiguredDrive drive{path, options, impl_->free_index()};
  const session::Drive opened = impl_->prepare(drive);
  impl_->with_qemu("add_drive", [&](vm::Qmp& qmp, const base::Deadline& deadline) {
    vm::hot_add(qmp, opened.prepared, deadline);
  });
  try {
    const InternalDrive told = described(drive);
    internal_add_drive(told.index, told.target, told.lun, told.readonly, told.label);
  } catch (...) {  // a callback's exception, too
    try {
      if (impl_->vm)
        vm::hot_remove(impl_->vm->qmp(), drive.ids, base::Deadline::after(kPlugTimeout));
    } catch (const Error&) {
      // The first error is the one to tell.
    }
    throw;
  }
  if (impl_->state != State::Ready)
    throw Error(Errc::Usage, "add_drive: a callback ended the appliance meanwhile");
  impl_->in_use = impl_->in_use || opened.in_use;
  impl_->drives.insert(impl_->drives.begin() + static_cast<ptrdiff_t>(drive.index), drive);
}

void Handle::remove_drive(const std::string& label) {
  const auto arguments = [&](session::TraceLine& line) { line.argument(label); };
  traced_call(*this, "remove_drive", arguments, [&] {
    impl_->guarded([&] {
      const auto found = impl_->labelled(label);
      if (found == impl_->drives.end())
        throw Error(Errc::Usage, base::cat("remove_drive: there is no drive with the label '",
                                           base::escape(label), "'"));
      if (impl_->state == State::Ready)
        return unplug(label);
      impl_->require(State::Config, "remove_drive");
      impl_->drives.erase(found);
    });
  });
}

void Handle::unplug(const std::string& label) {
  const ConfiguredDrive drive = *impl_->labelled(label);
  impl_->refuse_lost_writes("remove_drive", drive);
  try {
    internal_remove_drive(static_cast<int32_t>(drive.index));
  } catch (const Error&) {
    impl_->refuse_lost_writes("remove_drive", drive);
    throw;
  }
  // A callback may have changed everything since.
  if (const auto found = impl_->labelled(label); found != impl_->drives.end())
    impl_->drives.erase(found);
  if (impl_->vm)
    impl_->with_qemu("remove_drive", [&](vm::Qmp& qmp, const base::Deadline& deadline) {
      vm::hot_remove(qmp, drive.ids, deadline);
    });
}

void Handle::forget_drives_from(size_t index) {
  impl_->guarded([&] {
    if (index >= impl_->drives.size())
      return;
    impl_->require(State::Config, "forget_drives_from");
    impl_->drives.resize(index);
  });
}

Settings& Handle::settings() {
  return impl_->settings;
}

size_t Handle::drive_count() const {
  return impl_->drives.size();
}

void Handle::launch() {
  traced_call(*this, "launch", no_arguments, [&] { start(); });
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
  traced_call(*this, "shutdown", no_arguments, [&] { stop(); });
}

void Handle::stop() {
  impl_->guarded([&] {
    if (impl_->state != State::Ready)
      return;
    impl_->refuse_in_call("shutdown");
    const bool writes = std::any_of(impl_->drives.begin(), impl_->drives.end(),
                                    [](const ConfiguredDrive& d) { return !d.options.readonly; });
    // Nothing on a read-only drive outlives the machine, so there is nothing to sync.
    try {
      if (writes && impl_->settings.autosync)
        internal_autosync();
      for (const ConfiguredDrive& drive : impl_->drives)
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
