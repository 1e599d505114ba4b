// SPDX-License-Identifier: GPL-2.0-or-later
//
// Boost splits the words by the table and knows prefixes, aliases, "-lR" and "--". Where glibc's
// getopt_long(3), which the original tools use, reads a line in another way, GlibcRules steps in.
#include "tools/common/cli/parse.h"

#include <algorithm>
#include <boost/make_shared.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <climits>
#include <functional>
#include <string_view>

#include "base/cat.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using base::cat;
namespace po = boost::program_options;
using Options = std::vector<Option>;
using SyntaxError = po::invalid_command_line_syntax;

// Options with an answer instead of an effect; they come after the table's.
constexpr const char* kLongOptions = "long-options";
constexpr const char* kShortOptions = "short-options";
constexpr const char* kBashCompletion = "bash-completion";

Options with_hidden(Options options) {
  for (const char* name : {kLongOptions, kShortOptions, kBashCompletion})
    options.push_back({.name = name});
  return options;
}

// The option's description takes it over.
const po::value_semantic* value_of(Takes takes) {
  switch (takes) {
    case Takes::Argument:
      return po::value<std::string>();
    case Takes::OptionalArgument:
      return po::value<std::string>()->implicit_value("");
    case Takes::Nothing:
      break;
  }
  constexpr bool kWithoutArgument = true;
  return new po::untyped_value(kWithoutArgument);
}

// Boost's names of an option are "extra-stats,extra-stat,x". The long ones are one option to it, so
// that they do not make an abbreviation ambiguous.
po::options_description describe(const Options& options) {
  po::options_description result;
  for (const Option& o : options) {
    std::string names = o.name;
    for (const std::string& alias : o.aliases) names += "," + alias;
    if (o.letter)
      names += cat(",", o.letter);
    result.add(boost::make_shared<po::option_description>(names.c_str(), value_of(o.takes)));
  }
  return result;
}

// By Boost's key, the first long name or "-x".
const Option& option_of_key(const Options& options, const std::string& key) {
  return *std::find_if(options.begin(), options.end(), [&](const Option& o) {
    return key == (o.name.empty() ? cat("-", o.letter) : o.name);
  });
}

// A style parser: Boost calls it before its own ones, with all words that are left; and then with a
// single word, to learn whether that one is an option.
class GlibcRules {
 public:
  explicit GlibcRules(bool first_operand_ends_options)
      : first_operand_ends_options_(first_operand_ends_options) {}

  // How many words are left, from the one that Boost has looked at last.
  size_t words_left() const { return left_; }

  std::vector<po::option> operator()(std::vector<std::string>& words) {
    if (!line_)
      line_ = &words;
    if (line_ != &words)
      return {};
    left_ = words.size();
    const std::string word = words.front();
    if (word.size() < 2 || word[0] != '-')
      return take_operands(words, first_operand_ends_options_ ? words.size() : 1);
    if (word.starts_with("---"))  // "-x" to Boost
      throw po::unknown_option();
    if (word.starts_with("--="))  // an operand to Boost
      throw po::ambiguous_option({});
    if (word.starts_with("--") && word.find('=') == word.size() - 1)
      return take_empty_argument(words);
    return {};
  }

 private:
  static std::vector<po::option> take_operands(std::vector<std::string>& words, size_t count) {
    constexpr int kNeverAnArgument = INT_MAX;  // not even of an option before that could have one
    std::vector<po::option> result(count);
    for (size_t i = 0; i < count; ++i) {
      result[i].value = result[i].original_tokens = {words[i]};
      result[i].position_key = kNeverAnArgument;
    }
    words.erase(words.begin(), words.begin() + static_cast<ptrdiff_t>(count));
    return result;
  }

  // "--add=" has an argument; Boost would miss one.
  static std::vector<po::option> take_empty_argument(std::vector<std::string>& words) {
    po::option option;
    option.string_key = words.front().substr(2, words.front().size() - 3);
    option.value = {""};
    option.original_tokens = {words.front()};
    words.erase(words.begin());
    return {option};
  }

  const bool first_operand_ends_options_;
  const void* line_ = nullptr;
  size_t left_ = 0;
};

// Boost refuses an argument that looks like an option unless it is joined to its option: joins the
// word with the next one. False if the error is another.
bool join_argument(const po::error& e, std::vector<std::string>& words, size_t at) {
  const auto* syntax = dynamic_cast<const SyntaxError*>(&e);
  if (!syntax || syntax->kind() == SyntaxError::extra_parameter || at + 1 == words.size())
    return false;
  words[at] += (words[at].starts_with("--") ? "=" : "") + words[at + 1];
  words.erase(words.begin() + static_cast<ptrdiff_t>(at + 1));
  return true;
}

// How many characters of "-lRz" are in order.
size_t good_length(const Options& options, const std::string& word) {
  const auto is_good = [&](char letter) {
    return std::any_of(options.begin(), options.end(), [&](const Option& o) {
      return o.letter && o.letter == letter && o.takes == Takes::Nothing;
    });
  };
  size_t length = 1;
  while (length < word.size() && is_good(word[length])) ++length;
  return length;
}

// The option's long name that `prefix` is, else the first that starts with it, else "".
std::string name_meant(const Option& option, std::string_view prefix) {
  std::vector<std::string> names = option.aliases;
  names.insert(names.begin(), option.name);
  if (std::find(names.begin(), names.end(), prefix) != names.end())
    return std::string(prefix);
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return name.starts_with(prefix);
  });
  return found == names.end() ? "" : *found;
}

// What is wrong with a word, as glibc says it.
std::string complaint(const Options& options, const po::error& e, const std::string& word) {
  const auto* syntax = dynamic_cast<const SyntaxError*>(&e);
  if (!word.starts_with("--"))
    return cat(syntax ? "option requires an argument -- '" : "invalid option -- '",
               word[good_length(options, word)], "'");
  const std::string prefix = word.substr(2, word.find('=') - 2);
  if (syntax)
    return cat("option '--",
               name_meant(option_of_key(options, syntax->get_option_name().substr(2)), prefix),
               syntax->kind() == SyntaxError::extra_parameter ? "' doesn't allow an argument"
                                                              : "' requires an argument");
  if (!dynamic_cast<const po::ambiguous_option*>(&e))
    return cat("unrecognized option '", word, "'");
  std::string text = cat("option '", word, "' is ambiguous; possibilities:");
  for (const Option& o : options)
    if (const std::string name = name_meant(o, prefix); !name.empty())
      text += cat(" '--", name, "'");
  return text;
}

struct Words {
  std::vector<po::option> options;  // and operands, which have no key
  std::string error = {};           // what is wrong behind them; empty if nothing is
};

// What stands before a mistake counts: the words are then read again without it and what follows.
Words split(const Tool& tool, const Options& options, std::vector<std::string> words) {
  const po::options_description known = describe(options);
  std::string error;
  for (;;) {
    GlibcRules rules(tool.first_operand_ends_options);
    po::command_line_parser parser(words);
    parser.options(known).style(po::command_line_style::unix_style);
    parser.extra_style_parser(std::ref(rules));
    try {
      return {parser.run().options, error};
    } catch (const po::error& e) {
      const size_t at = words.size() - rules.words_left();
      if (join_argument(e, words, at))
        continue;
      error = complaint(options, e, words[at]);
      const bool is_long = words[at].starts_with("--");
      if (!is_long)
        words[at].resize(good_length(options, words[at]));
      words.resize(is_long || words[at].size() == 1 ? at : at + 1);
    }
  }
}

std::optional<std::string> answer_of(const Tool& tool, const std::string& name) {
  if (name == "help")
    return help_text(tool);
  if (name == "version")
    return cat(tool.name, " ", GLOVEBOX_VERSION, "\n");
  if (name == kLongOptions)
    return long_options_text(tool);
  if (name == kShortOptions)
    return short_options_text(tool);
  if (name == kBashCompletion)
    return bash_completion(tool);
  return {};
}

}  // namespace

Parsed parse(const Tool& tool, const std::vector<std::string>& arguments) {
  const Options options = with_hidden(tool.options);
  const Words words = split(tool, options, arguments);
  Parsed parsed;
  for (const po::option& word : words.options) {
    if (word.string_key.empty()) {
      parsed.operands.push_back(word.value.front());
      continue;
    }
    const Option& option = option_of_key(options, word.string_key);
    if (const auto answer = answer_of(tool, option.name))
      return {{}, answer};
    option.store(word.value.empty() ? std::nullopt : std::optional(word.value.front()));
  }
  if (!words.error.empty())
    throw UsageError(words.error, Then::TryHelp);
  return parsed;
}

}  // namespace glovebox::tools
