// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance's options, and which verb takes which.
#pragma once

#include <string>
#include <vector>

#include "glovebox/admin.h"
#include "tools/common/cli/option.h"
#include "tools/common/guest/guest_options.h"
#include "tools/virt-appliance/build.h"

namespace glovebox::tools {

struct ApplianceOptions {
  GuestOptions guest;
  BuildOptions build;
  bool system = false;
  bool json = false;
  Probe kvm = Probe::Remembered;
  int launches = 1;
  std::vector<std::string> used = {};  // names of the options that only some verbs take
};

enum class ApplianceVerb { Build, Check, Info, Clear, LaunchTime };

// The table; what is given goes to `options`, which outlives it.
std::vector<Option> appliance_options(ApplianceOptions& options);

// The verb that the operands name. Throws UsageError if they do not name one, and for options that
// it does not take.
ApplianceVerb find_verb(const std::vector<std::string>& operands, const ApplianceOptions& options);

}  // namespace glovebox::tools
