// SPDX-License-Identifier: GPL-2.0-or-later
//
// The programs that calls are made of: text in, text out. For those that read or write files and
// streams see process/pipeline.h, for those that take paths of the guest sysroot/guest_root.h.
//
// What a program prints may repeat a guest's bytes, so every line of it is escaped in a message.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/arguments.h"
#include "base/unique_fd.h"

namespace glovebox::guestd {

using base::Arguments;

// For work that takes as long as the device is big: checking it, copying it. The caller sees
// heartbeats meanwhile.
inline constexpr std::chrono::milliseconds kLongTimeout = std::chrono::hours(12);

struct Program {
  Arguments argv;
  std::string about = {};                     // in messages; empty: the program's name
  std::vector<std::string> environment = {};  // "NAME=value"; LC_ALL=C is always set

  // For run_program() and try_program().
  std::string stdin_text = {};
  std::chrono::milliseconds timeout = std::chrono::minutes(10);
  bool complains_on_stdout = false;

  // For pipelines.
  std::vector<std::pair<int, int>> descriptors = {};  // {ours, number in it}, besides 0, 1 and 2
  std::shared_ptr<base::UniqueFd> keep = {};          // open until it runs
};

// What messages call it.
const std::string& name_of(const Program& program);

// Runs it and returns what it printed. Throws Failed "ABOUT: all that it said" unless it succeeds;
// a failure of a program has no errno.
std::string run_program(const Program& program);

// The same, for programs whose other exit codes mean something: returns the code. Throws only if it
// could not be run to its end.
struct ProgramResult {
  int exit_code = 0;
  std::string printed;
  std::string complaint;  // lines escaped, without the last newline
};
ProgramResult try_program(const Program& program);

// As above, when the exit code turned out to be a failure.
[[noreturn]] void throw_complaint(const Program& program, const ProgramResult& result);

// Whether the appliance has the program.
bool has_program(const std::string& name);

// A name from the caller that becomes an argument of a program: Usage if it could be taken for an
// option.
const std::string& not_an_option(const std::string& name, const char* what);

}  // namespace glovebox::guestd
