// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The probe starts a bare machine with KVM and waits for the firmware's first words on its debug
// port: they prove that a virtual CPU ran. A qemu that aborts ends at once; one that hangs is
// killed at the deadline.
#include "vm/accelerator.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "vm/cache_dir.h"
#include "vm/kvm_verdict.h"
#include "vm/process.h"

namespace glovebox::vm {
namespace {

constexpr auto kProbeTime = std::chrono::milliseconds(4500);
constexpr const char* kDevice = "/dev/kvm";

bool has(const std::vector<std::string>& settings, const std::string& name) {
  return std::find(settings.begin(), settings.end(), name) != settings.end() ||
         std::find(settings.begin(), settings.end(), name + "=1") != settings.end();
}

// What the remembered verdict depends on.
std::string situation(const Hypervisor& hypervisor) {
  return base::escape(base::cat(boot_id(), " ", geteuid(), " ", hypervisor.stamp));
}

struct Probe {
  bool works;
  std::string reason;
};

constexpr size_t kMaxVerdict = 1 << 16;

Probe try_kvm(const Hypervisor& hypervisor) {
  base::SocketPair debug_port = base::make_socket_pair();
  base::SocketPair errors = base::make_socket_pair();
  QemuProcess qemu = QemuProcess::start(
      {.argv = {hypervisor.path, "-no-user-config", "-nodefaults", "-display", "none", "-machine",
                "q35", "-accel", "kvm", "-cpu", "host", "-m", "32", "-chardev",
                base::cat("socket,id=debug,fd=", fd_number::kConsole), "-device",
                "isa-debugcon,iobase=0x402,chardev=debug"},
       .descriptors = {{debug_port.second.get(), fd_number::kConsole},
                       {errors.second.get(), STDERR_FILENO}},
       .read_paths = {},
       .write_paths = {},
       .kvm = true,
       .preload = {},
       .readonly_path = {},
       .script = hypervisor.is_script});
  debug_port.second.reset();
  errors.second.reset();
  if (!base::wait_for(debug_port.first.get(), POLLIN, base::Deadline::after(kProbeTime)))
    return {false,
            base::cat(kDevice,
                      " opens, but a virtual CPU does not run on it (no sign of life in 4.5 s)")};
  char byte;
  if (read(debug_port.first.get(), &byte, 1) == 1)
    return {true, base::cat(kDevice, " works")};
  const auto status = qemu.wait(base::Deadline::after(std::chrono::seconds(1)));
  qemu.kill();  // so that the end of what it said is there to be read
  const std::string text = base::read_all(errors.first.get(), 1 << 20, "qemu");
  const std::string said = base::escape(base::split(base::trim(text), '\n').front());
  return {false, base::cat(kDevice, " opens, but qemu ", status ? status->text() : "hangs",
                           " on it", said.empty() ? "" : " (" + said + ")")};
}

// The verdict of an earlier run in the same situation, from a cache directory that is ours alone.
std::optional<Probe> remembered(const std::string& cache,
                                const std::string& file,
                                const std::string& now) {
  try {
    require_private_directory(cache);
    const KvmVerdict known = parse_kvm_verdict(base::read_file(file, kMaxVerdict));
    if (known.situation == now)
      return Probe{known.works, known.reason};
  } catch (const Error&) {
    // Not there yet, or not to be trusted.
  }
  return std::nullopt;
}

Probe remembered_or_tried(const Hypervisor& hypervisor, const std::string& cache) {
  const std::string file = cache + "/kvm-verdict.json";
  const std::string now = situation(hypervisor);
  if (const auto known = remembered(cache, file, now))
    return *known;
  const Probe probe = try_kvm(hypervisor);
  try {
    require_private_directory(cache);
    base::replace_file(file, to_json(KvmVerdict{now, probe.works, probe.reason}));
  } catch (const Error&) {
    // A cache that cannot be written costs a probe each time, not the launch.
  }
  return probe;
}

}  // namespace

Verdict choose_accelerator(const Hypervisor& hypervisor,
                           const std::vector<std::string>& settings,
                           const std::string& cache_directory) {
  const bool force_tcg = has(settings, "force_tcg");
  const bool force_kvm = has(settings, "force_kvm");
  if (force_tcg && force_kvm)
    throw Error(Errc::Usage, "force_tcg and force_kvm cannot both be set in the backend settings");
  if (force_tcg)
    return {Accel::Tcg, "force_tcg is set"};
  Probe probe{false, ""};
  const base::UniqueFd kvm(open(kDevice, O_RDWR | O_CLOEXEC));
  if (kvm.valid())
    probe = remembered_or_tried(hypervisor, cache_directory);
  else if (errno == EACCES || errno == EPERM)
    probe.reason =
        base::cat("no permission to open ", kDevice, " (join the group that owns it, often 'kvm')");
  else
    probe.reason = base::cat(kDevice, ": ", base::errno_text(errno));
  if (force_kvm && !probe.works)
    throw Error(Errc::Unsupported, "force_kvm is set, but KVM cannot be used: " + probe.reason);
  return {probe.works ? Accel::Kvm : Accel::Tcg, probe.reason};
}

}  // namespace glovebox::vm
