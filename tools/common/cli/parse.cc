// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/cli/parse.h"

#include <getopt.h>

#include <algorithm>
#include <string_view>

#include "base/cat.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using base::cat;

// getopt_long's "value" of the option at table index i is kFirstValue + i: above every letter, one
// per option, so that aliases of one option do not make an abbreviation ambiguous, and two
// different options do.
constexpr int kFirstValue = 0x100;

// Options with an answer instead of an effect; they come after the table's.
enum Hidden { kLongOptions, kShortOptions, kBashCompletion };
constexpr const char* kHiddenNames[] = {"long-options", "short-options", "bash-completion"};

int argument_kind(Takes takes) {
  switch (takes) {
    case Takes::Nothing:
      return no_argument;
    case Takes::Argument:
      return required_argument;
    case Takes::OptionalArgument:
      return optional_argument;
  }
  return no_argument;
}

std::string letters(const Tool& tool) {
  std::string text;
  for (const Option& option : tool.options)
    if (option.letter)
      text += cat(option.letter, option.takes == Takes::Argument ? ":" : "");
  return text;
}

std::vector<option> long_names(const Tool& tool) {
  std::vector<option> result;
  int value = kFirstValue;
  for (const Option& o : tool.options) {
    const int kind = argument_kind(o.takes);
    if (!o.name.empty())
      result.push_back({o.name.c_str(), kind, nullptr, value});
    for (const std::string& alias : o.aliases)
      result.push_back({alias.c_str(), kind, nullptr, value});
    ++value;
  }
  for (const char* name : kHiddenNames) result.push_back({name, no_argument, nullptr, value++});
  result.push_back({nullptr, 0, nullptr, 0});
  return result;
}

size_t index_of_letter(const Tool& tool, int letter) {
  size_t i = 0;
  while (tool.options[i].letter != letter) ++i;
  return i;
}

// What `prefix` may stand for: the name that it is, or those that start with it, one of each
// option.
std::vector<option> candidates(const std::vector<option>& names, std::string_view prefix) {
  std::vector<option> result;
  for (const option& o : names) {
    if (o.name && o.name == prefix)
      return {o};
    if (o.name && std::string_view(o.name).starts_with(prefix) &&
        std::none_of(result.begin(), result.end(), [&](const option& r) { return r.val == o.val; }))
      result.push_back(o);
  }
  return result;
}

// What is wrong with the word that getopt has just refused, as glibc says it. getopt itself would
// print the word as it is to the terminal.
std::string complaint(const std::vector<option>& names,
                      const std::string& word,
                      bool lacks_argument) {
  if (optopt != 0 && optopt < kFirstValue)
    return cat(lacks_argument ? "option requires an argument -- '" : "invalid option -- '",
               static_cast<char>(optopt), "'");
  const std::string prefix = word.substr(2, word.find('=') - 2);
  const std::vector<option> meant = candidates(names, prefix);
  for (const option& o : meant)
    if (o.val == optopt)
      return cat("option '--", o.name,
                 lacks_argument ? "' requires an argument" : "' doesn't allow an argument");
  if (meant.empty())
    return cat("unrecognized option '", word, "'");
  std::string text = cat("option '", word, "' is ambiguous; possibilities:");
  for (const option& o : meant) text += cat(" '--", o.name, "'");
  return text;
}

std::string hidden_answer(const Tool& tool, size_t which) {
  switch (which) {
    case kLongOptions:
      return long_options_text(tool);
    case kShortOptions:
      return short_options_text(tool);
    default:
      return bash_completion(tool);
  }
}

std::optional<std::string> answer_of(const Tool& tool, size_t index) {
  if (index >= tool.options.size())
    return hidden_answer(tool, index - tool.options.size());
  if (tool.options[index].name == "help")
    return help_text(tool);
  if (tool.options[index].name == "version")
    return cat(tool.name, " ", GLOVEBOX_VERSION, "\n");
  return {};
}

}  // namespace

Parsed parse(const Tool& tool, const std::vector<std::string>& arguments) {
  // getopt reorders the array and names argv[0] in its messages.
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), tool.name);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int argc = static_cast<int>(words.size());
  const std::string short_names = (tool.first_operand_ends_options ? "+:" : ":") + letters(tool);
  const std::vector<option> names = long_names(tool);

  optind = 0;  // glibc: start over
  Parsed parsed;
  for (;;) {
    const int c = getopt_long(argc, argv.data(), short_names.c_str(), names.data(), nullptr);
    if (c == -1)
      break;
    if (c == '?' || c == ':')
      throw UsageError(complaint(names, argv[static_cast<size_t>(optind - 1)], c == ':'),
                       Then::TryHelp);
    const size_t index =
        c >= kFirstValue ? static_cast<size_t>(c - kFirstValue) : index_of_letter(tool, c);
    parsed.answer = answer_of(tool, index);
    if (parsed.answer)
      return parsed;
    tool.options[index].store(optarg ? std::optional<std::string>(optarg) : std::nullopt);
  }
  parsed.operands.assign(argv.begin() + optind, argv.begin() + argc);
  return parsed;
}

}  // namespace glovebox::tools
