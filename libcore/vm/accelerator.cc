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
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "vm/cache_dir.h"

namespace glovebox::vm {
namespace {

using nlohmann::json;

constexpr auto kProbeTime = std::chrono::milliseconds(4500);
constexpr const char* kDevice = "/dev/kvm";

bool has(const std::vector<std::string>& settings, const std::string& name) {
  return std::find(settings.begin(), settings.end(), name) != settings.end() ||
         std::find(settings.begin(), settings.end(), name + "=1") != settings.end();
}

// What the remembered verdict depends on.
std::string situation(const Hypervisor& hypervisor) {
  return base::cat(boot_id(), " ", geteuid(), " ", hypervisor.stamp);
}

struct Probe {
  bool works;
  std::string reason;
};

Probe try_kvm(const Hypervisor& hypervisor) {
  base::Pipe debug_port = base::make_pipe();
  base::Pipe errors = base::make_pipe();
  const base::UniqueFd null = base::open_file("/dev/null", O_RDWR);
  base::Child qemu = base::Child::spawn(
      {.argv = {hypervisor.path, "-no-user-config", "-nodefaults", "-display", "none", "-machine",
                "q35", "-accel", "kvm", "-cpu", "host", "-m", "32", "-chardev",
                "stdio,id=debug,signal=off", "-device", "isa-debugcon,iobase=0x402,chardev=debug"},
       .extra_environment = {"LC_ALL=C"},
       .descriptors = {{null.get(), 0},
                       {debug_port.write_end.get(), 1},
                       {errors.write_end.get(), 2}},
       .own_group = true});
  debug_port.write_end.reset();
  errors.write_end.reset();
  if (!base::wait_for(debug_port.read_end.get(), POLLIN, base::Deadline::after(kProbeTime)))
    return {false,
            base::cat(kDevice,
                      " opens, but a virtual CPU does not run on it (no sign of life in 4.5 s)")};
  char byte;
  if (read(debug_port.read_end.get(), &byte, 1) == 1)
    return {true, base::cat(kDevice, " works")};
  std::string said = base::read_all(errors.read_end.get(), 1 << 20, "qemu");
  const auto status = qemu.wait(base::Deadline::after(std::chrono::seconds(1)));
  said = base::escape(base::trim(said).substr(0, base::trim(said).find('\n')));
  return {false, base::cat(kDevice, " opens, but qemu ", status ? status->text() : "hangs",
                           " on it", said.empty() ? "" : " (" + said + ")")};
}

Probe remembered_or_tried(const Hypervisor& hypervisor, const std::string& cache) {
  const std::string file = cache + "/kvm-verdict.json";
  const std::string now = situation(hypervisor);
  try {
    const json known = json::parse(base::read_file(file, 1 << 16), nullptr, false);
    if (known.is_object() && known.value("situation", "") == now)
      return {known.value("works", false), known.value("reason", "")};
  } catch (const Error&) {
    // Not there yet.
  }
  const Probe probe = try_kvm(hypervisor);
  try {
    require_private_directory(cache);
    base::replace_file(
        file,
        json{{"situation", now}, {"works", probe.works}, {"reason", probe.reason}}.dump() + "\n");
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
