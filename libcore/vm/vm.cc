// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A template is a machine saved with its RAM left in a file: qemu's migration stream then holds
// only device state ("x-ignore-shared"), and a clone maps the RAM file privately and loads that
// state. Drives are plugged in after the state is loaded and before the machine runs, so that the
// guest kernel meets them with its first instructions.
#include "vm/vm.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "proto/message.h"
#include "vm/host/locations.h"
#include "vm/host/shortage.h"

namespace glovebox::vm {
namespace {

using base::cat;
using base::Deadline;
using base::UniqueFd;
using nlohmann::json;

constexpr int kRootFdset = 1;
constexpr int kTransferFdset = 2;
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

// Its size is sealed: a machine that made it smaller would kill the tool that has it mapped.
UniqueFd make_transfer_memory() {
  UniqueFd memory = base::make_memfd("glovebox-transfer", MFD_ALLOW_SEALING);
  if (ftruncate(memory.get(), off_t{proto::kSlots} * proto::kSlotBytes) != 0 ||
      fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    base::throw_errno("memory for the transfer of files");
  return memory;
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

// "internal-error" of query-status as text; what is not a text, as nothing.
std::string status_text(const std::string& reply) {
  const json status = json::parse(reply, nullptr, false);
  if (!status.is_object() || !status.contains("status") || !status["status"].is_string())
    return "for no known reason";
  constexpr size_t kLongestStatus = 40;  // qemu may be in the guest's hands
  std::string text = base::escape(status["status"].get<std::string>().substr(0, kLongestStatus));
  std::ranges::replace(text, '-', ' ');
  return text;
}

// Waits for the end of a migration, in or out; false if it failed.
bool migrated(Qmp& qmp, const Deadline& deadline) {
  for (;;) {
    const json data = json::parse(qmp.wait_event("MIGRATION", deadline).data_json, nullptr, false);
    const json status = data.is_object() && data.contains("status") ? data["status"] : json();
    if (status == "completed" || status == "failed")
      return status == "completed";
  }
}

IoError io_error(const json& event) {
  const auto text = [&](const char* name) {
    constexpr size_t kLongest = 200;
    return event.contains(name) && event[name].is_string()
               ? event[name].get<std::string>().substr(0, kLongest)
               : "?";
  };
  const std::string node = text("node-name");  // "drive0-imageoverlay"
  return {.device = node.substr(0, node.find('-')),
          .on_overlay = node.ends_with("overlay"),
          .operation = text("operation"),
          .reason = text("reason")};
}

}  // namespace

// Where the memory is: at most one of the two.
struct Vm::Ram {
  const std::string* shared = nullptr;  // paths
  const std::string* private_copy = nullptr;
};

Vm Vm::start(const VmOptions& options, const Ram& ram, const std::vector<PreparedDrive>& drives) {
  base::SocketPair qmp = base::make_socket_pair();
  base::SocketPair rpc = base::make_socket_pair();
  base::SocketPair console = base::make_socket_pair();
  base::SocketPair errors = base::make_socket_pair();
  const UniqueFd root = base::open_file(options.appliance.root, O_RDONLY);

  const SharedRam shared{ram.shared ? *ram.shared : ""};
  const PrivateRam private_ram{ram.private_copy ? *ram.private_copy : "",
                               options.readonly_ram_option};

  ProcessOptions process{.argv = {},
                         .descriptors = {{qmp.second.get(), fd_number::kQmp},
                                         {rpc.second.get(), fd_number::kRpc},
                                         {console.second.get(), fd_number::kConsole},
                                         {errors.second.get(), STDERR_FILENO}},
                         .read_paths = {options.machine.kernel, options.machine.initrd},
                         .write_paths = {},
                         .kvm = options.machine.accel == Accel::Kvm,
                         .preload = {},
                         .readonly_path = {},
                         .require_confinement = options.require_confinement,
                         .script = options.script};
  Network network;
  UniqueFd network_socket;
  if (options.machine.network) {
    network = Network::start();
    network_socket = network.take_socket();
    process.descriptors.emplace_back(network_socket.get(), fd_number::kNetwork);
  }
  int next_fd = fd_number::kFirstFree;
  Launch launch{
      .channels = {fd_number::kQmp, fd_number::kRpc, fd_number::kConsole, fd_number::kNetwork},
      .fds = {},
      .root_fdset = kRootFdset,
      .transfer_fdset = kTransferFdset,
      .blockdevs = {},
      .incoming = ram.private_copy != nullptr};
  const auto inherit = [&](int fd, int set) {
    process.descriptors.emplace_back(fd, next_fd);
    launch.fds.push_back({next_fd, set});
    ++next_fd;
  };
  inherit(root.get(), kRootFdset);
  UniqueFd transfer_memory = make_transfer_memory();
  inherit(transfer_memory.get(), kTransferFdset);
  for (const PreparedDrive& drive : drives) {
    for (const InheritedFd& fd : drive.fds) inherit(fd.fd, fd.set);
    launch.blockdevs.insert(launch.blockdevs.end(), drive.blockdevs.begin(), drive.blockdevs.end());
  }
  if (ram.shared) {
    process.write_paths.push_back(*ram.shared);
    launch.shared_ram = &shared;
  } else if (ram.private_copy) {
    process.read_paths.push_back(*ram.private_copy);
    launch.private_ram = &private_ram;
    if (!options.readonly_ram_option) {
      process.preload = private_library("readonly-ram.so");
      process.readonly_path = private_ram.path;
    }
  }
  process.argv = qemu_command(options.machine, launch);
  if (!options.kvm_stand_in.empty()) {
    process.argv.insert(process.argv.begin(), options.kvm_stand_in);
    process.kvm = false;
    process.script = true;
  }

  Vm vm;
  vm.program_ = program_name(options.machine.qemu);
  vm.memory_mib_ = options.machine.memory_mib;
  vm.may_be_paused_ = options.script || !options.machine.arguments.empty();
  vm.network_ = std::move(network);
  vm.process_ = QemuProcess::start(process);
  vm.qmp_ = std::make_unique<Qmp>(std::move(qmp.first));
  vm.rpc_ = std::move(rpc.first);
  vm.transfer_memory_ = std::move(transfer_memory);
  vm.console_ = Console(std::move(console.first), std::move(errors.first), options.on_console_line);
  return vm;
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
    status = status_text(
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

// qemu's own timers take a little of the processor even where no virtual CPU runs.
bool Vm::shows_life() {
  constexpr std::chrono::milliseconds kLeast{300};  // one per cent of kLongestIdle
  const uint64_t bytes = console_.bytes() + qmp_->bytes();
  const auto time = process_.processor_time();
  // Where nobody knows the time the machine gets the benefit of the doubt; the deadline is left.
  if (bytes == bytes_then_ && time && *time - processor_time_then_ < kLeast)
    return false;
  bytes_then_ = bytes;
  processor_time_then_ = time.value_or(processor_time_then_);
  return true;
}

void Vm::start_idle() {
  shows_life();
  last_life_ = Deadline::Clock::now();
}

std::chrono::milliseconds Vm::idle() {
  const auto now = Deadline::Clock::now();
  if (shows_life())
    last_life_ = now;
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - last_life_);
}

// Absent where qemu does not say.
std::optional<uint64_t> Vm::disk_requests() {
  constexpr std::chrono::milliseconds kPatience{500};
  const uint64_t before = qmp_->bytes();
  // The answer is qemu's, and no sign of life of the machine.
  const base::ScopeExit count([&] { bytes_then_ += qmp_->bytes() - before; });
  try {
    return disk_requests_in(qmp_->call("query-blockstats", "{}", Deadline::after(kPatience)));
  } catch (const Error&) {
    return std::nullopt;  // the end of the machine tells of itself
  }
}

Work Vm::work_now() {
  return {.at = Deadline::Clock::now(),
          .processor_time = process_.processor_time(),
          .disk_requests = disk_requests(),
          .console_bytes = console_.bytes()};
}

void Vm::start_rest() {
  work_then_ = work_now();
  last_work_ = work_then_.at;
}

std::chrono::milliseconds Vm::rest() {
  constexpr std::chrono::seconds kInterval{10};
  const auto now = Deadline::Clock::now();
  if (now - work_then_.at >= kInterval) {
    const Work work = work_now();
    if (has_worked(work_then_, work))
      last_work_ = now;
    work_then_ = work;
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - last_work_);
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
    throw Error(Errc::Corrupt, "guestd's first word is not the launch flag");
}

Vm Vm::clone(const VmOptions& options,
             const Template& from,
             const std::vector<PreparedDrive>& drives,
             const Deadline& deadline) {
  Vm vm = start(options, {.private_copy = &from.ram_path}, drives);
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
  Vm vm = start(options, {}, drives);
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

  Vm vm = start(options, {.shared = &ram_path}, {});
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
    const json data = json::parse(event.data_json, nullptr, false);
    if (data.is_object())
      errors.insert(io_error(data));
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
