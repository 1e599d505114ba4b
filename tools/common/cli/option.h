// SPDX-License-Identifier: GPL-2.0-or-later
//
// Option: one command-line option as data. A tool is a name, a synopsis and a table of these; its
// --help, what Boost knows of it (parse.cc), --long-options and --short-options, bash completion and the
// check of its man page all come from the table, so that they cannot disagree. Pure functions over
// plain values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace glovebox::tools {

enum class Takes { Nothing, Argument, OptionalArgument };

// What completion offers for an option's argument.
enum class Complete { Nothing, File, Words };

struct Option {
  std::string name;  // long, without dashes; empty if there is only a letter
  char letter = 0;   // 0 if there is none
  Takes takes = Takes::Nothing;
  std::string placeholder = {};           // how --help names the argument: "FILE"
  std::string help = {};                  // one line
  std::vector<std::string> aliases = {};  // other long names, accepted and not listed in --help
  Complete complete = Complete::Nothing;
  std::vector<std::string> words = {};  // the values, where complete is Words
  // Where it goes. Called once per use, in the order given; absent: an optional argument that was
  // left out.
  std::function<void(std::optional<std::string> argument)> store = {};
};

struct Tool {
  std::string name;
  std::string summary;                // "show files of a guest"
  std::vector<std::string> synopsis;  // usage lines without the name: "[options] -a DISK FILE..."
  std::vector<Option> options;
  bool first_operand_ends_options = false;  // what follows is another program's command line
};

// Setters for the common kinds of option.
std::function<void(std::optional<std::string>)> set_true(bool& flag);
std::function<void(std::optional<std::string>)> set_text(std::string& text);

void append(std::vector<Option>& to, std::vector<Option> from);

// Every tool has these; `parse` answers them itself.
std::vector<Option> standard_options();

// Text for --help: options in alphabetical order.
std::string help_text(const Tool& tool);

// One option per line, as the hidden options of these names print them: "--add", "-a".
std::string long_options_text(const Tool& tool);
std::string short_options_text(const Tool& tool);

// A bash completion file for the tool.
std::string bash_completion(const Tool& tool);

}  // namespace glovebox::tools
