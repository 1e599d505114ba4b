// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance: builds, checks and describes the appliance that the other tools start.
#include <iostream>

#include "tools/common/cli/program.h"
#include "tools/virt-appliance/build.h"
#include "tools/virt-appliance/check.h"
#include "tools/virt-appliance/info.h"
#include "tools/virt-appliance/launch_time.h"
#include "tools/virt-appliance/options.h"

using namespace glovebox::tools;

int main(int argc, char** argv) {
  Messages messages("virt-appliance", std::cerr);
  ApplianceOptions options;
  Tool tool = {
      .name = "virt-appliance",
      .summary = "build, check and describe the appliance",
      .synopsis = {"build [--output DIR | --system] [--no-template]", "check [--again] [--json]",
                   "info [--json]", "clear [--system] [--json]",
                   "launch-time [-a DISK...] [-n N] [--json]"},
      .options = appliance_options(options)};
  append(tool.options, standard_options());
  return run_program(
      tool, messages, argc, argv, [&](const std::vector<std::string>& operands, Output& out) {
        const ApplianceVerb verb = find_verb(operands, options);
        const auto form = options.json ? AnswerForm::Json : AnswerForm::Text;
        const auto whose = options.system ? Whose::System : Whose::User;
        switch (verb) {
          case ApplianceVerb::Build:
            return build_appliance(options.build, options.guest, whose, out, messages);
          case ApplianceVerb::Check:
            return check_appliance(options.guest, options.kvm, form, out, messages);
          case ApplianceVerb::Info:
            return show_info(form, out);
          case ApplianceVerb::Clear:
            return clear_cache(whose, form, out);
          case ApplianceVerb::LaunchTime:
            break;
        }
        return measure_launches(options.guest, options.launches, form, out, messages);
      });
}
