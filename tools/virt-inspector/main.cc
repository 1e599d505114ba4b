// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-inspector: what operating systems a guest's disks hold.
#include <iostream>

#include "tools/common/cli/program.h"
#include "tools/common/cli/usage_error.h"
#include "tools/common/guest/guest.h"
#include "tools/virt-inspector/inspector.h"

using namespace glovebox::tools;

namespace {

struct Options {
  GuestOptions guest;
  InspectorOptions inspector;
  std::optional<std::string> xpath;
};

std::vector<Option> inspector_options(Options& o) {
  return {
      {.name = "json",
       .help = "Write JSON (inspect/report.schema.json) instead of XML",
       .store = [&o](const auto&) { o.inspector.form = ReportForm::Json; }},
      {.name = "no-applications",
       .help = "Leave out the installed applications",
       .store = [&o](const auto&) { o.inspector.applications = Applications::No; }},
      {.name = "no-icon",
       .help = "Leave out the icon",
       .store = [&o](const auto&) { o.inspector.icon = Icon::No; }},
      {.name = "plugin",
       .takes = Takes::Argument,
       .placeholder = "FILE",
       .help = "Run this plugin (a shared object), too",
       .complete = Complete::File,
       .store = [&o](const auto& file) { o.inspector.plugins.push_back(*file); }},
      {.name = "xpath",
       .takes = Takes::Argument,
       .placeholder = "QUERY",
       .help = "Read XML from stdin and print what the query selects",
       .store = [&o](const auto& query) { o.xpath = query; }},
  };
}

bool names_a_guest(const GuestOptions& guest, const std::vector<std::string>& operands) {
  return !guest.drives.empty() || !operands.empty();
}

void require_no_operands(const std::vector<std::string>& operands) {
  if (operands.empty())
    return;
  throw UsageError(
      "error: extra argument ‘" + operands[0] + "’ on command line.", Then::TryHelp,
      {"Make sure to specify the argument for --format like '--format=" + operands[0] + "'."});
}

}  // namespace

int main(int argc, char** argv) {
  Messages messages("virt-inspector", std::cerr);
  Options options;
  Tool tool = {.name = "virt-inspector",
               .summary = "show what operating systems a virtual machine holds",
               .synopsis = {"[--options] -a DISK [-a DISK...]", "[OPTION...] -d GUEST",
                            "--xpath QUERY < FILE.xml"},
               .options = guest_options(options.guest, messages, Mounts::No)};
  append(tool.options, inspector_options(options));
  return run_program(tool, messages, argc, argv, [&](std::vector<std::string> names, Output& out) {
    if (options.xpath) {
      if (names_a_guest(options.guest, names))
        throw UsageError("cannot use --xpath together with other options.", Then::Nothing);
      return run_query(*options.xpath, std::cin, out);
    }
    take_old_style_drives(options.guest, names, OldStyle::EveryOperand);
    require_no_operands(names);
    require_settings_used(options.guest);
    require_drives(options.guest);

    for (const DriveSource& drive : options.guest.drives)
      options.inspector.sources.push_back(drive.path);
    options.inspector.keys = options.guest.keys;
    Guest guest(options.guest, tool.name, messages);
    int status = EXIT_SUCCESS;
    guest.look([&](Damage damage) {
      status = print_report(guest.handle(), options.inspector, damage, out, messages);
    });
    guest.close();
    return status;
  });
}
