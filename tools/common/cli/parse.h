// SPDX-License-Identifier: GPL-2.0-or-later
//
// Parsing a command line by a tool's option table, with glibc's getopt_long: options and operands
// in any order, unique prefixes of long names, and the error texts that users of the original tools
// see (as errors: getopt itself is silent). docs/decisions.md says why getopt and not a library.
// Uses getopt's globals: one thread, one command line at a time.
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
