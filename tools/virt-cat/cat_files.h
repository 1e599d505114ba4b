// SPDX-License-Identifier: GPL-2.0-or-later
//
// Prints files of a mounted guest, one after the other, each whole or (if it cannot be read) not at
// all; a file past tools::kWholeBytes is printed as it comes.
#pragma once

#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"

namespace glovebox::tools {

// The exit status: 1 if any file could not be read; each such file is told, and the others printed.
// Throws if the guest or the output is lost.
int cat_files(Calls& guest, const std::vector<std::string>& files, Output& out, Messages& messages);

}  // namespace glovebox::tools
