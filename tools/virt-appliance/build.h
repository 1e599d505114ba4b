// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance build: runs the program that makes the appliance, then boots it once and saves it
// as a template, so that the first tool that a user runs is as quick as the second.
#pragma once

#include <string>

#include "tools/common/guest/guest_options.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"
#include "tools/virt-appliance/answer.h"

namespace glovebox::tools {

struct BuildOptions {
  std::string output =
      {};  // empty: share/glovebox beside the programs, or /var/lib/glovebox/appliance
  bool make_template = true;
};

int build_appliance(const BuildOptions& options,
                    const GuestOptions& guest,
                    Whose whose,
                    Output& out,
                    Messages& messages);

}  // namespace glovebox::tools
