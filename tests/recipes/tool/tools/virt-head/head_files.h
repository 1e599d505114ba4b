// SPDX-License-Identifier: GPL-2.0-or-later
//
// Prints the first lines of files of a mounted guest, one file after the other. What is printed of
// a file appears whole, or (if it cannot be read) not at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"

namespace glovebox::tools {

inline constexpr int32_t kMaxHeadLines = 10000;  // their text comes in one message

// Throws UsageError unless it is a number from 1 to kMaxHeadLines.
int32_t parse_lines(const std::string& text);

// The exit status: 1 if any file could not be read; each such file is told, and the others printed.
// Throws if the guest or the output is lost.
int head_files(Calls& guest,
               const std::vector<std::string>& files,
               int32_t lines,
               Output& out,
               Messages& messages);

}  // namespace glovebox::tools
