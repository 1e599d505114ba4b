// SPDX-License-Identifier: GPL-2.0-or-later
//
// Parsing a command line by a tool's option table, as the original tools do with glibc's
// getopt_long(3): options and operands in any order, unique prefixes of long names, and its texts
// for what is wrong. Boost.Program_options does the work. No state; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/common/cli/option.h"

namespace glovebox::tools {

struct Parsed {
  std::vector<std::string> operands;
  // The text to print instead of running: --help, --version, and the hidden options for completion.
  std::optional<std::string> answer;
};

// Calls `store` of each option in the order given. Throws UsageError, and whatever a `store`
// throws.
Parsed parse(const Tool& tool, const std::vector<std::string>& arguments);

}  // namespace glovebox::tools
