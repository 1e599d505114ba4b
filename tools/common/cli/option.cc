// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/cli/option.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/cat.h"

namespace glovebox::tools {
namespace {

using base::cat;

constexpr size_t kHelpColumn = 23;

std::string sort_key(const Option& option) {
  std::string key = option.name.empty() ? std::string(1, option.letter) : option.name;
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return key;
}

std::vector<Option> sorted(std::vector<Option> options) {
  std::stable_sort(options.begin(), options.end(),
                   [](const Option& a, const Option& b) { return sort_key(a) < sort_key(b); });
  return options;
}

// "-a|--add FILE", "--format[=FORMAT]".
std::string spelling(const Option& option) {
  std::string text;
  if (option.letter)
    text = cat("-", option.letter);
  if (!option.name.empty())
    text += cat(text.empty() ? "" : "|", "--", option.name);
  if (option.takes == Takes::Argument)
    text += " " + option.placeholder;
  if (option.takes == Takes::OptionalArgument)
    text += "[=" + option.placeholder + "]";
  return text;
}

std::string help_line(const Option& option) {
  const std::string left = "  " + spelling(option);
  if (left.size() < kHelpColumn)
    return left + std::string(kHelpColumn - left.size(), ' ') + option.help + "\n";
  return left + "\n" + std::string(kHelpColumn, ' ') + option.help + "\n";
}

// All ways to write an option, for a bash `case` pattern: "--add|-a".
std::string case_pattern(const Option& option) {
  std::vector<std::string> names = option.aliases;
  if (!option.name.empty())
    names.insert(names.begin(), option.name);
  std::string pattern;
  for (const std::string& name : names) pattern += cat(pattern.empty() ? "" : "|", "--", name);
  if (option.letter)
    pattern += cat(pattern.empty() ? "" : "|", "-", option.letter);
  return pattern;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::function<void(std::optional<std::string>)> set_true(bool& flag) {
  return [&flag](const std::optional<std::string>&) { flag = true; };
}

std::function<void(std::optional<std::string>)> set_text(std::string& text) {
  return [&text](const std::optional<std::string>& argument) { text = argument.value_or(""); };
}

void append(std::vector<Option>& to, std::vector<Option> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

std::vector<Option> standard_options() {
  return {{.name = "help", .help = "Show this help and exit"},
          {.name = "version", .letter = 'V', .help = "Show the version and exit"}};
}

std::string help_text(const Tool& tool) {
  std::string text = cat(tool.name, ": ", tool.summary, "\nUsage:\n");
  for (const std::string& line : tool.synopsis) text += cat("  ", tool.name, " ", line, "\n");
  text += "Options:\n";
  for (const Option& option : sorted(tool.options)) text += help_line(option);
  return text + cat("For more information, see the manual page ", tool.name, "(1).\n");
}

std::string long_options_text(const Tool& tool) {
  std::string text;
  for (const Option& option : sorted(tool.options)) {
    if (!option.name.empty())
      text += cat("--", option.name, "\n");
    for (const std::string& alias : option.aliases) text += cat("--", alias, "\n");
  }
  return text;
}

std::string short_options_text(const Tool& tool) {
  std::string text;
  for (const Option& option : sorted(tool.options))
    if (option.letter)
      text += cat("-", option.letter, "\n");
  return text;
}

std::string bash_completion(const Tool& tool) {
  std::string function = "_" + tool.name;
  std::replace(function.begin(), function.end(), '-', '_');
  std::string cases, names;
  for (const Option& option : sorted(tool.options)) {
    // An optional argument is part of the same word (--format=raw); bash splits it at "=".
    const std::string pattern = case_pattern(option);
    if (option.complete == Complete::Words)
      cases += cat("    ", pattern, ")\n      COMPREPLY=($(compgen -W '", joined(option.words),
                   "' -- \"$cur\"))\n      return ;;\n");
    else if (option.complete == Complete::File)
      cases += cat("    ", pattern, ")\n      compopt -o filenames\n",
                   "      mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n      return ;;\n");
    else if (option.takes == Takes::Argument)
      cases += cat("    ", pattern, ")\n      return ;;\n");
    if (!option.name.empty())
      names += cat(names.empty() ? "" : " ", "--", option.name);
  }
  return cat("# bash completion for ", tool.name, "; made from its option table\n", function,
             "() {\n", "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n",
             "  COMPREPLY=()\n", "  if [[ $cur == = ]]; then cur=; fi\n",
             "  if [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n",
             "  case $prev in\n", cases, "  esac\n", "  if [[ $cur == -* ]]; then\n",
             "    COMPREPLY=($(compgen -W '", names, "' -- \"$cur\"))\n", "  else\n",
             "    compopt -o filenames\n", "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n",
             "  fi\n", "}\ncomplete -F ", function, " ", tool.name, "\n");
}

}  // namespace glovebox::tools
