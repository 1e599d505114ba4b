// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-appliance/options.h"

#include <algorithm>

#include "base/cat.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using base::cat;

struct Row {
  ApplianceVerb verb;
  const char* name;
  std::vector<std::string> takes;  // of those options
};

const Row kVerbs[] = {
    {ApplianceVerb::Build, "build", {"--output", "--system", "--no-template"}},
    {ApplianceVerb::Check, "check", {"--again", "--json"}},
    {ApplianceVerb::Info, "info", {"--json"}},
    {ApplianceVerb::Clear, "clear", {"--system", "--json"}},
    {ApplianceVerb::LaunchTime, "launch-time", {"-a", "--format", "-n", "--json"}},
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

const Row& find_row(const std::vector<std::string>& operands) {
  if (operands.empty())
    throw UsageError("error: give a command: build, check, info, clear or launch-time.",
                     Then::TryHelp);
  if (operands.size() > 1)
    throw UsageError(cat("error: extra argument ‘", operands[1], "’ on command line."),
                     Then::TryHelp);
  const auto* const row = std::find_if(std::begin(kVerbs), std::end(kVerbs),
                                       [&](const Row& v) { return v.name == operands[0]; });
  if (row == std::end(kVerbs))
    throw UsageError(cat("error: unknown command ‘", operands[0], "’."), Then::TryHelp);
  return *row;
}

void require_fitting_options(const Row& row, const ApplianceOptions& o) {
  for (const std::string& option : o.used)
    if (std::find(row.takes.begin(), row.takes.end(), option) == row.takes.end())
      throw UsageError(cat("error: ", option, " cannot be used with ‘", row.name, "’."),
                       Then::TryHelp);
  require_settings_used(o.guest);
  if (o.system && !o.build.output.empty())
    throw UsageError("error: --output and --system cannot be used together.", Then::TryHelp);
}

}  // namespace

std::vector<Option> appliance_options(ApplianceOptions& o) {
  return {
      {.name = "add",
       .letter = 'a',
       .takes = Takes::Argument,
       .placeholder = "DISK",
       .help = "Add this disk to each launch, with launch-time",
       .complete = Complete::File,
       .store =
           [&o](const auto& disk) {
             o.used.emplace_back("-a");
             add_drive(o.guest, disk.value_or(""));
           }},
      {.name = "again",
       .help = "Try KVM again, ignoring the remembered result, with check",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--again");
             o.kvm = Probe::Again;
           }},
      {.name = "format",
       .takes = Takes::OptionalArgument,
       .placeholder = "raw|qcow2|...",
       .help = "Set the image format of the disks that follow (default: detect it)",
       .complete = Complete::Words,
       .words = {"raw", "qcow2"},
       .store =
           [&o](const auto& format) {
             o.used.emplace_back("--format");
             o.guest.format = format;
             o.guest.format_used = false;
           }},
      {.name = "json",
       .help = "Write JSON, with check, info, clear and launch-time",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--json");
             o.json = true;
           }},
      {.name = "launches",
       .letter = 'n',
       .takes = Takes::Argument,
       .placeholder = "N",
       .help = "Launch this many times, with launch-time (default: 1)",
       .store =
           [&o](const auto& count) {
             o.used.emplace_back("-n");
             o.launches = parse_count(count.value_or(""));
           }},
      {.name = "no-template",
       .help = "Only build the appliance, without a template, with build",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--no-template");
             o.build.make_template = false;
           }},
      {.name = "output",
       .letter = 'o',
       .takes = Takes::Argument,
       .placeholder = "DIR",
       .help = "Put the appliance into this directory, with build",
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
       .help = "Use the appliance and templates of all users, with build and clear",
       .store =
           [&o](const auto&) {
             o.used.emplace_back("--system");
             o.system = true;
           }},
      {.name = "verbose",
       .letter = 'v',
       .help = "Report progress in detail",
       .store = set_true(o.guest.verbose)},
      {.name = "", .letter = 'x', .help = "Show each call", .store = set_true(o.guest.trace)},
  };
}

ApplianceVerb find_verb(const std::vector<std::string>& operands, const ApplianceOptions& options) {
  const Row& row = find_row(operands);
  require_fitting_options(row, options);
  return row.verb;
}

}  // namespace glovebox::tools
