// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-head: prints the first lines of files of a guest.
#include <cstdlib>
#include <iostream>

#include "tools/common/cli/program.h"
#include "tools/common/cli/usage_error.h"
#include "tools/common/guest/guest.h"
#include "tools/common/guest/mount.h"
#include "tools/virt-head/head_files.h"

using namespace glovebox::tools;

namespace {

struct Options {
  GuestOptions guest = {};
  int32_t lines = 10;
};

Option lines_option(Options& options) {
  return {.name = "lines",
          .letter = 'n',
          .takes = Takes::Argument,
          .placeholder = "N",
          .help = "Print N lines of each file instead of 10",
          .store = [&options](const auto& text) { options.lines = parse_lines(*text); }};
}

}  // namespace

int main(int argc, char** argv) {
  Messages messages("virt-head", std::cerr);
  Options options;
  Tool tool = {
      .name = "virt-head",
      .summary = "print the first lines of files of a virtual machine",
      .synopsis = {"[--options] -a DISK [-a DISK...] FILE...", "[--options] -d GUEST FILE..."},
      .options = guest_options(options.guest, messages, Mounts::Yes)};
  tool.options.push_back(lines_option(options));
  return run_program(tool, messages, argc, argv, [&](std::vector<std::string> files, Output& out) {
    require_settings_used(options.guest);
    if (files.empty())
      throw UsageError("", Then::TryHelp);
    require_drives(options.guest);

    Guest guest(options.guest, tool.name, messages);
    guest.look(
        [&](Damage damage) { mount_guest(guest.handle(), options.guest, damage, messages); });
    int status = EXIT_SUCCESS;
    guest.run([&] { status = head_files(guest.handle(), files, options.lines, out, messages); });
    guest.close();
    return status;
  });
}
