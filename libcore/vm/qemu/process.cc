// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "vm/host/layer_report.h"
#include "vm/host/locations.h"

namespace glovebox::vm {
namespace {

constexpr auto kStartTimeout = std::chrono::seconds(20);
constexpr auto kEndTimeout = std::chrono::seconds(5);
constexpr size_t kMaxReport = 1 << 16;

// What any qemu needs to read: the dynamic linker's files, its libraries, its firmware.
const char* const kSystemPaths[] = {"/usr/lib",
                                    "/lib",
                                    "/lib64",
                                    "/usr/lib64",
                                    "/usr/libexec",
                                    "/etc/ld.so.cache",
                                    "/etc/ld.so.preload",
                                    "/usr/share/qemu",
                                    "/usr/share/seabios",
                                    "/usr/share/ipxe"};

std::vector<std::string> supervisor_command(const ProcessOptions& options,
                                            const std::optional<OwnUser>& user) {
  std::vector<std::string> argv = {helper_program("supervisor"), "--life-fd",
                                   base::cat(fd_number::kLife), "--report-fd",
                                   base::cat(fd_number::kReport)};
  const auto add = [&](const char* option, const std::string& value) {
    argv.emplace_back(option);
    argv.push_back(value);
  };
  for (const char* path : kSystemPaths)
    if (access(path, F_OK) == 0)
      add("--read", path);
  for (const std::string& path : options.read_paths) add("--read", path);
  for (const std::string& path : options.write_paths) add("--write", path);
  add("--exec", options.argv.at(0));
  add("--device", "/dev/urandom");
  add("--device", "/dev/null");
  if (options.kvm)
    add("--device", "/dev/kvm");
  if (!options.preload.empty()) {
    add("--read", options.preload);
    add("--preload", options.preload);
    add("--readonly-path", options.readonly_path);
  }
  // A descriptor that our own caller left open by accident must not reach qemu.
  std::string inherited;
  for (const auto& [ours, number] : options.descriptors)
    inherited += base::cat(inherited.empty() ? "" : ",", number);
  if (!inherited.empty())
    add("--inherit", inherited);
  if (options.script) {
    const char* path = std::getenv("PATH");
    add("--without", "mount-namespace,landlock,seccomp");
    add("--env", base::cat("PATH=", path ? path : "/usr/bin:/bin"));
  }
  if (user) {
    add("--uid", base::cat(user->uid()));
    add("--gid", base::cat(user->gid()));
  }
  if (options.require_confinement)
    add("--require", "all");
  argv.emplace_back("--");
  argv.insert(argv.end(), options.argv.begin(), options.argv.end());
  return argv;
}

// Reads the supervisor's report until it closes the pipe, which the exec of qemu does.
std::string read_report(int fd) {
  const auto deadline = base::Deadline::after(kStartTimeout);
  std::string text;
  for (;;) {
    if (!base::wait_for(fd, POLLIN, deadline))
      throw Error(Errc::Timeout, "the supervisor did not start qemu in time");
    char bytes[4096];
    const ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0 || text.size() > kMaxReport)
      return text;
    text.append(bytes, static_cast<size_t>(n));
  }
}

}  // namespace

QemuProcess QemuProcess::start(const ProcessOptions& options) {
  QemuProcess process;
  if (geteuid() == 0)
    process.user_ = OwnUser::take();
  base::Pipe life = base::make_pipe();
  base::Pipe report = base::make_pipe();
  const base::UniqueFd null = base::open_file("/dev/null", O_RDWR);
  base::SpawnOptions spawn{.argv = supervisor_command(options, process.user_),
                           .extra_environment = {"LC_ALL=C"},
                           .descriptors = options.descriptors};
  spawn.descriptors.insert(spawn.descriptors.end(), {{null.get(), 0},
                                                     {null.get(), 1},
                                                     {life.read_end.get(), fd_number::kLife},
                                                     {report.write_end.get(), fd_number::kReport}});
  process.child_ = base::Child::spawn(spawn);
  process.life_ = std::move(life.write_end);
  life.read_end.reset();
  report.write_end.reset();

  const LayerReport layers = base::with_context("the supervisor's report", [&] {
    return parse_layer_report(read_report(report.read_end.get()));
  });
  if (layers.error.ends_with(base::errno_text(EAGAIN)))  // no process could be made for qemu
    throw Error(Errc::System, base::cat("cannot start qemu: ", layers.error, base::start_advice()),
                EAGAIN);
  if (!layers.error.empty())
    throw Error(Errc::System, "cannot start qemu: " + layers.error);
  for (const LayerState& layer : layers.layers)
    if (!layer.ok)
      process.missing_layers_.push_back(layer.name);
  process.qemu_ = layers.child;
  return process;
}

QemuProcess& QemuProcess::operator=(QemuProcess&& other) noexcept {
  if (this != &other) {
    kill();
    user_ = std::move(other.user_);
    life_ = std::move(other.life_);
    child_ = std::move(other.child_);
    qemu_ = other.qemu_;
    missing_layers_ = std::move(other.missing_layers_);
  }
  return *this;
}

std::optional<std::chrono::milliseconds> QemuProcess::processor_time() const {
  clockid_t clock{};
  timespec time{};
  if (qemu_ <= 0 || clock_getcpuclockid(qemu_, &clock) != 0 || clock_gettime(clock, &time) != 0)
    return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

void QemuProcess::kill() noexcept {
  if (!child_.running())
    return;
  // The supervisor kills qemu and ends; only a supervisor that does not is killed itself.
  life_.reset();
  try {
    child_.wait(base::Deadline::after(kEndTimeout));
  } catch (const Error&) {
    // Killed and reaped below.
  }
  child_.kill_and_reap();
}

}  // namespace glovebox::vm
