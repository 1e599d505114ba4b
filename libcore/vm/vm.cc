// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A template is a machine saved with its RAM left in a file: qemu's migration stream then holds
// only device state ("x-ignore-shared"), and a clone maps the RAM file privately and loads that
// state. Drives are plugged in after the state is loaded and before the machine runs, so that the
// guest kernel meets them with its first instructions.
#include "vm/vm.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "proto/message.h"
#include "vm/host/shortage.h"

namespace glovebox::vm {
namespace {

using base::cat;
using base::Deadline;
using base::UniqueFd;

constexpr auto kLastMoments = std::chrono::milliseconds(200);  // for what a dead qemu leaves behind

// The RAM file is sparse, and a write into a hole of a full file system kills qemu (SIGBUS) instead
// of failing: look before. A template takes about 180 MiB.
constexpr uint64_t kTemplateSpace = uint64_t{320} << 20;

void require_space(const std::string& directory) {
  struct statvfs st {};
  if (statvfs(directory.c_str(), &st) != 0)
    base::throw_errno(directory);
  const uint64_t free_bytes = uint64_t{st.f_bavail} * st.f_frsize;
  if (free_bytes < kTemplateSpace)
    throw Error(Errc::System,
                cat(directory.substr(0, directory.rfind('/')), ": only ", free_bytes >> 20,
                    " MiB free, a template needs ", kTemplateSpace >> 20, " MiB"),
                ENOSPC);
}

std::string capabilities() {
  return R"({"capabilities":[{"capability":"x-ignore-shared","state":true},{"capability":"events","state":true}]})";
}

// "qemu", unless a program of another name was chosen, which may be none.
std::string program_name(const std::string& path) {
  const bool named_so = path.find("qemu", path.rfind('/') + 1) != std::string::npos;
  return named_so ? "qemu" : base::escape(path);
}

// For one answer of qemu itself, which works whatever the machine does.
Deadline soon(const Deadline& deadline) {
  return deadline.min(Deadline::after(Vm::kLongestIdle));
}

// Waits for the end of a migration, in or out; false if it failed.
bool migrated(Qmp& qmp, const Deadline& deadline) {
  for (;;) {
    const Migration state = parse_migration(qmp.wait_event("MIGRATION", deadline).data_json);
    if (state != Migration::Goes)
      return state == Migration::Completed;
  }
}

}  // namespace

Vm::Vm(const VmOptions& options, const RamFile& ram, const std::vector<PreparedDrive>& drives)
    : program_(program_name(options.machine.qemu)),
      memory_mib_(options.machine.memory_mib),
      may_be_paused_(options.script || !options.machine.arguments.empty()) {
  StartedMachine machine = start_machine(options, ram, drives);
  network_ = std::move(machine.network);
  process_ = std::move(machine.process);
  qmp_ = std::move(machine.qmp);
  rpc_ = std::move(machine.rpc);
  transfer_memory_ = std::move(machine.transfer_memory);
  console_ = std::move(machine.console);
  start_idle();
}

void Vm::rethrow(Error& e, const std::string& doing, Errc blame) {
  if (e.code() != Errc::Died || found_stopped_)
    throw e.in(doing);
  const auto status = process_.wait(Deadline::after(kLastMoments));
  console_.wait_end(Deadline::after(kLastMoments));
  const std::string words = console_.last_words();
  const std::string end =
      cat(program_, " ", status ? status->text() : std::string("closed its sockets"), words);
  if (const auto shortage = status ? shortage_behind(*status, words, memory_mib_) : std::nullopt)
    throw Error(Errc::System, cat(doing, ": ", shortage->text, ": ", end), shortage->errnum);
  throw Error(blame, cat(doing, ": ", end));
}

void Vm::plug(const std::vector<PreparedDrive>& drives) {
  for (const PreparedDrive& drive : drives) qmp_->post("device_add", drive.device_arguments);
}

void Vm::require_running() {
  qmp_->look();
  if (!qmp_->stopped())
    return;
  std::string status = "for no known reason";
  try {
    status = parse_status(
        qmp_->call("query-status", "{}", Deadline::after(std::chrono::milliseconds(500))));
  } catch (const Error&) {
    // That it stopped is known.
  }
  const bool debugged = may_be_paused_ && (status == "paused" || status == "debug");
  if (debugged || status == "running" || !qmp_->stopped())
    return;  // it goes on, or will
  found_stopped_ = true;
  throw Error(Errc::Died, cat("the virtual machine stopped (", status, ")"));
}

IdleTimer::Look Vm::look() const {
  return {.at = Deadline::Clock::now(),
          .bytes = console_.bytes() + qmp_->bytes(),
          .processor_time = process_.processor_time()};
}

void Vm::start_idle() {
  idle_.start(look());
}

std::chrono::milliseconds Vm::idle() {
  return idle_.idle(look());
}

// Absent where qemu does not say.
std::optional<uint64_t> Vm::disk_requests() {
  constexpr std::chrono::milliseconds kPatience{500};
  const uint64_t before = qmp_->bytes();
  // The answer is qemu's, and no sign of life of the machine.
  const base::ScopeExit count([&] { idle_.ignore(qmp_->bytes() - before); });
  try {
    return disk_requests_in(qmp_->call("query-blockstats", "{}", Deadline::after(kPatience)));
  } catch (const Error&) {
    return std::nullopt;  // the end of the machine is reported elsewhere
  }
}

Work Vm::work_now() {
  return {.at = Deadline::Clock::now(),
          .processor_time = process_.processor_time(),
          .disk_requests = disk_requests(),
          .console_bytes = console_.bytes()};
}

void Vm::start_rest() {
  rest_.start(work_now());
}

std::chrono::milliseconds Vm::rest() {
  const auto now = Deadline::Clock::now();
  if (rest_.is_due(now))
    rest_.look(work_now());
  return rest_.rest(now);
}

// guestd's first word on its port says that everything is loaded and warm.
void Vm::wait_ready(const base::Canceller* canceller, const Deadline& deadline) {
  constexpr auto kSlice = std::chrono::milliseconds(100);  // how long console lines may wait
  start_idle();
  char word[4];
  for (size_t got = 0; got < sizeof word;) {
    console_.drain();
    require_running();
    const Deadline slice = deadline.min(Deadline::after(kSlice));
    const bool ready = canceller ? canceller->wait_for(rpc_.get(), POLLIN, slice)
                                 : base::wait_for(rpc_.get(), POLLIN, slice);
    if (!ready && idle() >= kLongestIdle)
      throw Error(Errc::Timeout, cat("the appliance made no progress for ", kLongestIdle.count(),
                                     " s while it started", console_.last_words()));
    if (!ready && !deadline.passed())
      continue;
    if (!ready) {
      const auto waited =
          std::chrono::round<std::chrono::seconds>(Deadline::Clock::now() - started_);
      throw Error(Errc::Timeout, cat("the appliance did not start within ", waited.count(), " s",
                                     console_.last_words()));
    }
    const ssize_t n = read(rpc_.get(), word + got, sizeof word - got);
    if (n == 0 || (n < 0 && errno != EINTR))
      throw Error(Errc::Died, "the appliance closed its connection");
    got += n > 0 ? static_cast<size_t>(n) : 0;
  }
  const uint32_t value = base::ByteReader(std::string_view(word, 4)).read<base::be32>();
  if (value != proto::kLaunchFlag)
    throw Error(Errc::Corrupt, "guestd did not begin with its launch word");
}

Vm Vm::clone(const VmOptions& options,
             const Template& from,
             const std::vector<PreparedDrive>& drives,
             const Deadline& deadline) {
  Vm vm(options, {.private_copy = &from.ram_path}, drives);
  Errc blame = Errc::Died;  // what it means if qemu ends now
  try {
    // Several clones may read the state at once: each needs a file offset of its own.
    const UniqueFd state = base::open_file(cat("/proc/self/fd/", from.state.get()), O_RDONLY);
    Qmp& qmp = *vm.qmp_;
    qmp.post("migrate-set-capabilities", capabilities());
    qmp.call("getfd", R"({"fdname":"state"})", soon(deadline), state.get());
    blame = Errc::Corrupt;
    qmp.call("migrate-incoming", R"({"uri":"fd:state"})", soon(deadline));
    if (!migrated(qmp, soon(deadline)))
      throw Error(Errc::Corrupt, "qemu could not load the template's state");
    vm.plug(drives);
    qmp.post("cont");
    for (size_t replies = drives.size() + 1; replies > 0; --replies) qmp.expect(soon(deadline));
  } catch (Error& e) {
    vm.rethrow(e, "restore the appliance", blame);
  }
  return vm;
}

Vm Vm::boot(const VmOptions& options,
            const std::vector<PreparedDrive>& drives,
            const Deadline& deadline) {
  Vm vm(options, {}, drives);
  try {
    vm.plug(drives);
    vm.qmp_->post("cont");
    for (size_t replies = drives.size() + 2; replies > 0; --replies)
      vm.qmp_->expect(soon(deadline));
    vm.wait_ready(options.canceller, deadline);
  } catch (Error& e) {
    vm.rethrow(e, "start the appliance");
  }
  vm.network_.require_running();
  return vm;
}

std::chrono::milliseconds Vm::make_template(const VmOptions& options,
                                            const std::string& directory,
                                            const Deadline& deadline) {
  require_space(directory);
  const std::string ram_path = directory + "/ram";
  const std::string state_path = directory + "/state";
  // qemu may run as another user: in this private directory the mode lets it open the file behind
  // its descriptor.
  const UniqueFd ram = base::open_file(ram_path, O_RDWR | O_CREAT | O_EXCL);
  if (fchmod(ram.get(), 0666) != 0 ||
      ftruncate(ram.get(), static_cast<off_t>(options.machine.memory_mib) << 20) != 0)
    base::throw_errno(ram_path);
  const UniqueFd state = base::open_file(state_path, O_RDWR | O_CREAT | O_EXCL);

  Vm vm(options, {.shared = &ram_path}, {});
  Qmp& qmp = *vm.qmp_;
  std::chrono::milliseconds boot_time{0};
  try {
    qmp.call("cont", "{}", soon(deadline));
    const auto begin = Deadline::Clock::now();
    vm.wait_ready(options.canceller, deadline);
    boot_time =
        std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - begin);
  } catch (Error& e) {
    vm.rethrow(e, "boot the template");
  }
  // Saving is work of qemu and of the host's disk; however short the time for booting was, a slow
  // disk gets what it needs.
  const Deadline saved = Deadline::after(kLongestIdle);
  try {
    qmp.call("stop", "{}", saved);
    qmp.call("migrate-set-capabilities", capabilities(), saved);
    qmp.call("migrate-set-parameters", R"({"max-bandwidth":10000000000})", saved);
    qmp.call("getfd", R"({"fdname":"state"})", saved, state.get());
    qmp.call("migrate", R"({"uri":"fd:state"})", saved);
    if (!migrated(qmp, saved))
      throw Error(Errc::System, cat("qemu could not write ", state_path, " (is the disk full?)"));
    qmp.call("quit", "{}", saved);
  } catch (Error& e) {
    vm.rethrow(e, "save the template");
  }
  if (!vm.process_.wait(saved))
    throw Error(Errc::Timeout, "save the template: qemu did not end");
  return boot_time;
}

std::set<IoError> Vm::take_io_errors() {
  std::set<IoError> errors;
  for (QmpEvent event; qmp_->next_event(event);) {
    if (event.name != "BLOCK_IO_ERROR")
      continue;
    if (const std::optional<IoError> error = parse_io_error(event.data_json))
      errors.insert(*error);
  }
  return errors;
}

std::string Vm::end_text() noexcept {
  try {
    const auto status = process_.wait(Deadline::after(kLastMoments));
    const auto killed = status ? kill_text(*status) : std::nullopt;
    return cat(killed ? cat(" ", program_, " ", *killed) : "", console_.last_words());
  } catch (const std::exception&) {
    return {};  // the error that this is for is enough
  }
}

void Vm::kill() noexcept {
  process_.kill();
}

}  // namespace glovebox::vm
