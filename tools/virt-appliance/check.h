// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance check: looks at everything that a launch needs, really launches once, and says
// what is there, in which version, and how long each step took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "glovebox/admin.h"
#include "tools/common/guest/guest_options.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"
#include "tools/virt-appliance/answer.h"

namespace glovebox::tools {

struct CheckItem {
  std::string group;  // "host", "confinement"
  std::string name;   // "hypervisor"
  bool ok = false;
  std::string detail;  // what is there, or what is missing and what to do about it
};

struct CheckReport {
  std::vector<CheckItem> items = {};
  std::vector<std::pair<std::string, std::string>> versions = {};  // inside the appliance
  std::vector<LaunchStep> steps = {};
  std::optional<Accelerator> accelerator = {};  // absent: it could not be found out
  bool ok() const;
};

// Pure.
std::string check_text(const CheckReport& report);
std::string check_json(const CheckReport& report);
// "kvm: boots in 1.0 s", "emulation: /dev/kvm opens, but ...; checked 2 hours ago". `now`: seconds
// since 1970.
std::string accelerator_text(const Accelerator& accelerator, int64_t now);

// The exit status: 1 if anything is missing.
int check_appliance(
    const GuestOptions& guest, Probe kvm, AnswerForm form, Output& out, Messages& messages);

}  // namespace glovebox::tools
