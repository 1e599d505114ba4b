// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/accelerator.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "vm/host/stand_in.h"

namespace glovebox::vm {
namespace {

constexpr const char* kDevice = "/dev/kvm";

bool has(const std::vector<std::string>& settings, const std::string& name) {
  return std::find(settings.begin(), settings.end(), name) != settings.end() ||
         std::find(settings.begin(), settings.end(), name + "=1") != settings.end();
}

AcceleratorChoice choose(const KvmVerdictStore& verdicts, const std::string& no_kvm) {
  const auto known = verdicts.find();
  if (!no_kvm.empty()) {
    const bool worked = known && known->works;
    return {.accel = Accel::Tcg, .reason = no_kvm, .checked = {}, .lost = worked};
  }
  if (!known)
    return {.accel = Accel::Kvm,
            .reason = base::cat(kDevice, " opens, and has not been tried yet"),
            .checked = {},
            .trial = true};
  return {.accel = known->works ? Accel::Kvm : Accel::Tcg,
          .reason = known->reason,
          .checked = known->checked};
}

}  // namespace

std::string why_no_kvm() {
  if (!kvm_stand_in().empty())
    return {};
  const base::UniqueFd kvm(open(kDevice, O_RDWR | O_CLOEXEC));
  if (kvm.valid())
    return {};
  if (errno == EACCES || errno == EPERM)
    return base::cat("no permission to open ", kDevice,
                     " (join the group that owns it, often 'kvm')");
  return base::cat(kDevice, ": ", base::errno_text(errno));
}

const char* accelerator_name(Accel accel) {
  return accel == Accel::Kvm ? "kvm" : "tcg";
}

AcceleratorChoice choose_accelerator(const std::vector<std::string>& settings,
                                     const KvmVerdictStore& verdicts,
                                     const std::string& no_kvm) {
  const bool force_tcg = has(settings, "force_tcg");
  if (force_tcg && kvm_is_forced(settings))
    throw Error(Errc::Usage, "force_tcg and force_kvm cannot both be set in the backend settings");
  if (force_tcg)
    return {.accel = Accel::Tcg, .reason = "force_tcg is set", .checked = {}};
  AcceleratorChoice choice = choose(verdicts, no_kvm);
  if (choice.accel != Accel::Kvm && kvm_is_forced(settings))
    throw_forced_kvm(choice.checked.empty()
                         ? choice.reason
                         : base::cat(choice.reason, " (checked at ", choice.checked,
                                     "; 'virt-appliance check --again' tries it again)"));
  return choice;
}

bool kvm_is_forced(const std::vector<std::string>& settings) {
  return has(settings, "force_kvm");
}

void throw_forced_kvm(const std::string& reason) {
  throw Error(Errc::Unsupported, base::cat("force_kvm is set, but KVM cannot be used: ", reason,
                                           "; without force_kvm emulation is used"));
}

}  // namespace glovebox::vm
