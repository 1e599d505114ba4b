// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-cat: prints files of a guest.
#include <iostream>

#include "tools/common/cli/program.h"
#include "tools/common/cli/usage_error.h"
#include "tools/common/guest/guest.h"
#include "tools/virt-cat/cat_files.h"

using namespace glovebox::tools;
using glovebox::Calls;

int main(int argc, char** argv) {
  Messages messages("virt-cat", std::cerr);
  GuestOptions options;
  const Tool tool = {
      .name = "virt-cat",
      .summary = "print files of a virtual machine",
      .synopsis = {"[--options] -a DISK [-a DISK...] FILE...", "[OPTION...] -d GUEST FILE..."},
      .options = guest_options(options, messages, Mounts::Yes)};
  return run_program(tool, messages, argc, argv, [&](std::vector<std::string> files, Output& out) {
    take_old_style_drives(options, files, OldStyle::AllButTheLast);
    require_settings_used(options);
    if (files.empty())
      throw UsageError("", Then::TryHelp);
    require_drives(options);

    return read_guest(options, tool.name, messages,
                      [&](Calls& guest) { return cat_files(guest, files, out, messages); });
  });
}
