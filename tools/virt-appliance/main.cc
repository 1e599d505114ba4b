// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance: builds, checks and describes the appliance that the other tools start.
#include <algorithm>
#include <iostream>

#include "base/cat.h"
#include "tools/common/cli/program.h"
#include "tools/common/cli/usage_error.h"
#include "tools/virt-appliance/build.h"
#include "tools/virt-appliance/check.h"
#include "tools/virt-appliance/info.h"
#include "tools/virt-appliance/launch_time.h"

using namespace glovebox::tools;
using glovebox::Probe;
using glovebox::base::cat;

namespace {

struct Options {
  GuestOptions guest;
  BuildOptions build;
  bool system = false;
  bool json = false;
  Probe kvm = Probe::Remembered;
  int launches = 1;
  std::vector<std::string> used = {};  // names of the options that only some verbs take
};

struct VerbRow {
  const char* name;
  std::vector<std::string> takes;  // of those options
};

const VerbRow kVerbs[] = {
    {"build", {"--output", "--system", "--no-template"}},
    {"check", {"--again", "--json"}},
    {"info", {"--json"}},
    {"clear", {"--system", "--json"}},
    {"launch-time", {"-a", "--format", "-n", "--json"}},
};

int parse_count(const std::string& text) {
  constexpr size_t kMaxDigits = 6;
  const bool digits = !text.empty() && text.size() <= kMaxDigits &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  const int count = digits ? std::stoi(text) : 0;
  if (count < 1)
    throw UsageError(cat("-n ", text, ": the number of launches must be 1 or more"), Then::Nothing);
  return count;
}

std::vector<Option> appliance_options(Options& o) {
  return {
      {.name = "add",
       .letter = 'a',
       .takes = Takes::Argument,
       .placeholder = "DISK",
       .help = "With launch-time: add this disk to each launch",
       .complete = Complete::File,
       .store =
           [&o](const auto& disk) {
             o.used.emplace_back("-a");
             add_drive(o.guest, disk.value_or(""));
           }},
      {.name = "again",
       .help = "With check: try KVM again, whatever is remembered of it",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--again");
             o.kvm = Probe::Again;
           }},
      {.name = "format",
       .takes = Takes::OptionalArgument,
       .placeholder = "raw|qcow2|...",
       .help = "Image format of the disks that follow (default: look)",
       .complete = Complete::Words,
       .words = {"raw", "qcow2"},
       .store =
           [&o](const auto& format) {
             o.used.emplace_back("--format");
             o.guest.format = format;
             o.guest.format_used = false;
           }},
      {.name = "json",
       .help = "With check, info, clear, launch-time: write JSON",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--json");
             o.json = true;
           }},
      {.name = "launches",
       .letter = 'n',
       .takes = Takes::Argument,
       .placeholder = "N",
       .help = "With launch-time: launch so many times (default: 1)",
       .store =
           [&o](const auto& count) {
             o.used.emplace_back("-n");
             o.launches = parse_count(count.value_or(""));
           }},
      {.name = "no-template",
       .help = "With build: do not start the appliance and save it",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--no-template");
             o.build.make_template = false;
           }},
      {.name = "output",
       .letter = 'o',
       .takes = Takes::Argument,
       .placeholder = "DIR",
       .help = "With build: where the appliance goes",
       .complete = Complete::File,
       .store =
           [&o](const auto& directory) {
             o.used.emplace_back("--output");
             o.build.output = directory.value_or("");
           }},
      {.name = "require-confinement",
       .help = "Fail rather than run without a layer of confinement",
       .store = set_true(o.guest.require_confinement)},
      {.name = "system",
       .help = "With build, clear: for all users of this machine",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--system");
             o.system = true;
           }},
      {.name = "verbose",
       .letter = 'v',
       .help = "Tell what goes on, in detail",
       .store = set_true(o.guest.verbose)},
      {.name = "", .letter = 'x', .help = "Show each call", .store = set_true(o.guest.trace)},
  };
}

const VerbRow& find_verb(const std::vector<std::string>& operands) {
  if (operands.empty())
    throw UsageError("error: say what to do: build, check, info, clear or launch-time.",
                     Then::TryHelp);
  if (operands.size() > 1)
    throw UsageError(cat("error: extra argument ‘", operands[1], "’ on command line."),
                     Then::TryHelp);
  const auto* const verb = std::find_if(std::begin(kVerbs), std::end(kVerbs),
                                        [&](const VerbRow& v) { return v.name == operands[0]; });
  if (verb == std::end(kVerbs))
    throw UsageError(cat("error: unknown command ‘", operands[0], "’."), Then::TryHelp);
  return *verb;
}

void require_fitting_options(const VerbRow& verb, const Options& o) {
  for (const std::string& option : o.used)
    if (std::find(verb.takes.begin(), verb.takes.end(), option) == verb.takes.end())
      throw UsageError(cat("error: ", option, " cannot be used with ‘", verb.name, "’."),
                       Then::TryHelp);
  require_settings_used(o.guest);
  if (o.system && !o.build.output.empty())
    throw UsageError("error: --output and --system cannot be used together.", Then::TryHelp);
}

}  // namespace

int main(int argc, char** argv) {
  Messages messages("virt-appliance", std::cerr);
  Options options;
  Tool tool = {
      .name = "virt-appliance",
      .summary = "build, check and describe the appliance",
      .synopsis = {"build [--output DIR | --system] [--no-template]", "check [--again] [--json]",
                   "info [--json]", "clear [--system] [--json]",
                   "launch-time [-a DISK...] [-n N] [--json]"},
      .options = appliance_options(options)};
  for (Option& option : standard_options()) tool.options.push_back(std::move(option));
  return run_program(
      tool, messages, argc, argv, [&](const std::vector<std::string>& operands, Output& out) {
        const VerbRow& row = find_verb(operands);
        require_fitting_options(row, options);
        const std::string verb = row.name;
        const auto form = options.json ? AnswerForm::Json : AnswerForm::Text;
        const auto whose = options.system ? Whose::System : Whose::User;
        if (verb == "build")
          return build_appliance(options.build, options.guest, whose, out, messages);
        if (verb == "check")
          return check_appliance(options.guest, options.kvm, form, out, messages);
        if (verb == "info")
          return show_info(form, out);
        if (verb == "clear")
          return clear_cache(whose, form, out);
        return measure_launches(options.guest, options.launches, form, out, messages);
      });
}
