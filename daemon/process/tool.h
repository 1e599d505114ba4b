// SPDX-License-Identifier: GPL-2.0-or-later
//
// Running the programs that calls are made of, and telling their complaints. What a program says
// may repeat a guest's bytes, so every line of it is escaped.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace glovebox::guestd {

// For work that takes as long as the device is big: checking it, copying it. The caller sees
// heartbeats meanwhile.
inline constexpr std::chrono::milliseconds kLongToolTimeout = std::chrono::hours(12);

struct Tool {
  std::vector<std::string> argv;
  std::string about = {};  // what it works on, for the message; empty: the program's name
  std::string stdin_text = {};
  std::vector<std::string> environment = {};  // "NAME=value"
  std::chrono::milliseconds timeout = std::chrono::minutes(10);
  bool complains_on_stdout = false;
};

// Runs it and returns what it printed. Throws Remote "ABOUT: all that it said" unless it succeeds;
// a failure of a program has no errno.
std::string run_tool(const Tool& tool);

// The same, for programs whose other exit codes mean something: returns the code. Throws only if it
// could not be run to its end.
struct ToolResult {
  int exit_code = 0;
  std::string printed;
  std::string complaint;  // lines escaped, without the last newline
};
ToolResult try_tool(const Tool& tool);

// As above, when the exit code turned out to be a failure.
[[noreturn]] void throw_complaint(const Tool& tool, const ToolResult& result);

// Whether the appliance has the program.
bool has_program(const std::string& name);

// A name from the caller that becomes an argument of a program: Usage if it could be taken for an
// option.
const std::string& not_an_option(const std::string& name, const char* what);

}  // namespace glovebox::guestd
