// SPDX-License-Identifier: GPL-2.0-or-later
//
// glovebox-run: runs a program that uses libguestfs with Glovebox in its place.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/cat.h"
#include "base/error.h"
#include "tools/common/cli/program.h"
#include "tools/common/cli/signals.h"
#include "tools/common/cli/usage_error.h"
#include "tools/glovebox-run/library_path.h"

using namespace glovebox;
using namespace glovebox::tools;

namespace {

// Returns only by an exception.
int run(std::vector<std::string> command, const WriteSignals& inherited) {
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string path =
      library_path(library_directory(self.parent_path()), std::getenv("LD_LIBRARY_PATH"));
  if (setenv("LD_LIBRARY_PATH", path.c_str(), 1) != 0)
    base::throw_errno("LD_LIBRARY_PATH");
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  inherited.restore();
  execvp(argv[0], argv.data());
  base::throw_errno(command[0]);
}

}  // namespace

int main(int argc, char** argv) {
  const WriteSignals inherited;
  Messages messages("glovebox-run", std::cerr);
  const Tool tool = {.name = "glovebox-run",
                     .summary = "run a libguestfs program with Glovebox",
                     .synopsis = {"PROGRAM [ARGUMENT...]"},
                     .options = standard_options(),
                     .first_operand_ends_options = true};
  return run_program(tool, messages, argc, argv, [&](std::vector<std::string> command, Output&) {
    if (command.empty())
      throw UsageError("no program was given", Then::TryHelp);
    return run(std::move(command), inherited);
  });
}
