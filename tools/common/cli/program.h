// SPDX-License-Identifier: GPL-2.0-or-later
//
// The frame of every tool's main(): parse by the table, answer --help and its like, run the verb,
// turn what it throws into a message and an exit status (0 done, 1 anything that failed), and see
// to it that all of the answer reached stdout.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/common/cli/option.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"

namespace glovebox::tools {

// Returns the exit status. What it committed to `out` is written even if the status is not 0 or it
// throws.
using Verb = std::function<int(const std::vector<std::string>& operands, Output& out)>;

int run_program(const Tool& tool, Messages& messages, int argc, char** argv, const Verb& verb);

}  // namespace glovebox::tools
