// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/cli/parse.h"

#include <gtest/gtest.h>

#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

struct Outcome {
  std::vector<std::string> stored = {};
  std::vector<std::string> operands = {};
  std::optional<std::string> answer = {};
  std::string error = {};
  bool operator==(const Outcome&) const = default;
};

enum class FirstOperand { IsOneOfMany, EndsOptions };

Outcome parsed(const std::vector<std::string>& arguments,
               FirstOperand first_operand = FirstOperand::IsOneOfMany) {
  Outcome outcome;
  const auto note = [&](const char* name) {
    return [&outcome, name](const std::optional<std::string>& argument) {
      outcome.stored.push_back(name + (argument ? "=" + *argument : ""));
    };
  };
  Tool tool = {
      .name = "virt-test",
      .summary = "test",
      .synopsis = {"[OPTION...] FILE..."},
      .options = {{.name = "add",
                   .letter = 'a',
                   .takes = Takes::Argument,
                   .placeholder = "DISK",
                   .help = "A disk",
                   .store = note("add")},
                  {.name = "format",
                   .takes = Takes::OptionalArgument,
                   .placeholder = "FMT",
                   .help = "A format",
                   .store = note("format")},
                  {.name = "times", .help = "Times", .aliases = {"time"}, .store = note("times")},
                  {.name = "extra-stats",
                   .help = "Stats",
                   .aliases = {"extra-stat"},
                   .store = note("extra")},
                  {.name = "echo-keys", .help = "Echo", .store = note("echo")},
                  {.name = "", .letter = 'x', .help = "Trace", .store = note("x")}},
      .first_operand_ends_options = first_operand == FirstOperand::EndsOptions};
  for (Option& option : standard_options()) tool.options.push_back(option);
  try {
    Parsed p = parse(tool, arguments);
    outcome.operands = p.operands;
    outcome.answer = p.answer;
  } catch (const UsageError& e) {
    EXPECT_EQ(e.then(), Then::TryHelp);
    outcome.error = e.what();
  }
  return outcome;
}

Outcome rejected(const std::string& text, std::vector<std::string> stored = {}) {
  return {.stored = std::move(stored), .error = text};
}

TEST(Parse, OptionsAndOperandsInAnyOrder) {
  EXPECT_EQ(parsed({"one", "-a", "d", "two", "-x", "--format=raw", "-ae"}),
            (Outcome{.stored = {"add=d", "x", "format=raw", "add=e"}, .operands = {"one", "two"}}));
  EXPECT_EQ(parsed({"-x", "--", "-a", "d"}), (Outcome{.stored = {"x"}, .operands = {"-a", "d"}}));
}

TEST(Parse, OptionalArgumentNeedsAnEqualsSign) {
  EXPECT_EQ(parsed({"--format", "raw"}), (Outcome{.stored = {"format"}, .operands = {"raw"}}));
}

TEST(Parse, ArgumentsMayBeEmptyOrLookLikeOptions) {
  EXPECT_EQ(parsed({"--format=", "--add=", "--add", "", "-a", ""}).stored,
            (std::vector<std::string>{"format=", "add=", "add=", "add="}));
  EXPECT_EQ(
      parsed({"-a", "-x", "--add", "--help", "-a", "--", "--add=-x", "-a-x", "-a", "-"}).stored,
      (std::vector<std::string>{"add=-x", "add=--help", "add=--", "add=-x", "add=-x", "add=-"}));
  EXPECT_EQ(parsed({"--add=a=b", "-a=b", "-ab c", "--format=--"}).stored,
            (std::vector<std::string>{"add=a=b", "add==b", "add=b c", "format=--"}));
}

TEST(Parse, AnArgumentIsNoOperandAndAnOperandNoArgument) {
  EXPECT_EQ(parsed({"--format", "raw", "-x", "raw"}),
            (Outcome{.stored = {"format", "x"}, .operands = {"raw", "raw"}}));
  EXPECT_EQ(parsed({"--format", "--", "raw"}),
            (Outcome{.stored = {"format"}, .operands = {"raw"}}));
  EXPECT_EQ(parsed({"", "-", " ", "--", "--", "-"}),
            (Outcome{.operands = {"", "-", " ", "--", "-"}}));
}

TEST(Parse, LettersMayStandTogether) {
  EXPECT_EQ(parsed({"-xxad", "-xa", "d"}).stored,
            (std::vector<std::string>{"x", "x", "add=d", "x", "add=d"}));
  EXPECT_EQ(parsed({"-xz", "-x"}), rejected("invalid option -- 'z'", {"x"}));
  EXPECT_EQ(parsed({"-xa"}), rejected("option requires an argument -- 'a'", {"x"}));
  EXPECT_EQ(parsed({"-x-"}), rejected("invalid option -- '-'", {"x"}));
  EXPECT_EQ(parsed({"-x=1"}), rejected("invalid option -- '='", {"x"}));
}

TEST(Parse, TheFirstOperandEndsTheOptionsOfGloveboxRun) {
  const auto end = FirstOperand::EndsOptions;
  EXPECT_EQ(parsed({"-x", "guestfish", "-x", "--nonsense", "--", "-z"}, end),
            (Outcome{.stored = {"x"}, .operands = {"guestfish", "-x", "--nonsense", "--", "-z"}}));
  EXPECT_EQ(parsed({"--", "-x", "y"}, end), (Outcome{.operands = {"-x", "y"}}));
  EXPECT_EQ(parsed({"-", "-x"}, end), (Outcome{.operands = {"-", "-x"}}));
  EXPECT_EQ(parsed({"--format", "raw", "-x"}, end),
            (Outcome{.stored = {"format"}, .operands = {"raw", "-x"}}));
}

TEST(Parse, WordsThatAreHardlyOptions) {
  EXPECT_EQ(parsed({"---x"}), rejected("unrecognized option '---x'"));
  EXPECT_EQ(parsed({"--=x"}),
            rejected("option '--=x' is ambiguous; possibilities: '--add' '--format' '--times' "
                     "'--extra-stats' '--echo-keys' '--help' '--version' '--long-options' "
                     "'--short-options' '--bash-completion'"));
  EXPECT_EQ(parsed({"--x"}), rejected("unrecognized option '--x'"));
  EXPECT_EQ(parsed({"-format=raw"}), rejected("invalid option -- 'f'"));
  EXPECT_EQ(parsed({"--help="}), rejected("option '--help' doesn't allow an argument"));
  EXPECT_EQ(parsed({"--nonsense="}), rejected("unrecognized option '--nonsense='"));
}

TEST(Parse, WhatStandsBeforeAMistakeCounts) {
  EXPECT_EQ(parsed({"-a", "d", "operand", "--e", "-x"}),
            rejected("option '--e' is ambiguous; possibilities: '--extra-stats' '--echo-keys'",
                     {"add=d"}));
  EXPECT_EQ(parsed({"--help", "--nonsense"}).error, "");
}

TEST(Parse, UniquePrefixesAndAliases) {
  EXPECT_EQ(parsed({"--ad=d", "--time", "--tim", "--extra-s", "--ec"}).stored,
            (std::vector<std::string>{"add=d", "times", "times", "extra", "echo"}));
}

TEST(Parse, TextsOfGlibc) {
  EXPECT_EQ(parsed({"--foo"}), rejected("unrecognized option '--foo'"));
  EXPECT_EQ(parsed({"-z"}), rejected("invalid option -- 'z'"));
  EXPECT_EQ(parsed({"--add"}), rejected("option '--add' requires an argument"));
  EXPECT_EQ(parsed({"-a"}), rejected("option requires an argument -- 'a'"));
  EXPECT_EQ(parsed({"--help=x"}), rejected("option '--help' doesn't allow an argument"));
  EXPECT_EQ(parsed({"--ad"}), rejected("option '--add' requires an argument"));
  EXPECT_EQ(parsed({"--extra-stat=x"}),
            rejected("option '--extra-stat' doesn't allow an argument"));
  EXPECT_EQ(parsed({"-x", "--foo=bar"}), rejected("unrecognized option '--foo=bar'", {"x"}));
}

// The original takes the first of them; which one the user meant is not ours to guess.
TEST(Parse, AnAmbiguousPrefixIsAnError) {
  EXPECT_EQ(parsed({"--e"}), rejected("option '--e' is ambiguous; possibilities: '--extra-stats' "
                                      "'--echo-keys'"));
}

TEST(Parse, AnswersInsteadOfRunning) {
  EXPECT_EQ(parsed({"-x", "-V", "--foo"}),
            (Outcome{.stored = {"x"}, .answer = "virt-test " GLOVEBOX_VERSION "\n"}));
  EXPECT_EQ(parsed({"--long-options"}).answer,
            "--add\n--echo-keys\n--extra-stats\n--extra-stat\n--format\n--help\n--times\n--time\n"
            "--version\n");
  EXPECT_EQ(parsed({"--short-options"}).answer, "-a\n-V\n-x\n");
  EXPECT_EQ(parsed({"--help"}).answer,
            "virt-test: test\n"
            "Usage:\n"
            "  virt-test [OPTION...] FILE...\n"
            "Options:\n"
            "  -a|--add DISK        A disk\n"
            "  --echo-keys          Echo\n"
            "  --extra-stats        Stats\n"
            "  --format[=FMT]       A format\n"
            "  --help               Show this help and exit\n"
            "  --times              Times\n"
            "  -V|--version         Show the version and exit\n"
            "  -x                   Trace\n"
            "For more information, see the manual page virt-test(1).\n");
}

}  // namespace
}  // namespace glovebox::tools
