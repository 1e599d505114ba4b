// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The supervisor's command line, as data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox::vm {

struct SupervisorOptions {
  bool check = false;  // set up every layer, print the report to stdout, run nothing
  bool help = false;
  int life_fd = -1;  // end of file here means: the tool is gone
  int report_fd = -1;
  int uid = -1, gid = -1;   // who the program runs as when we are root; -1: nobody, root stays root
  bool inherit_all = true;  // without --inherit: every descriptor that is not close-on-exec
  std::vector<int> inherit;
  std::vector<std::string> read, write, exec,
      device;                            // paths: files, or directories with all below
  std::vector<std::string> required;     // layers without which nothing starts
  std::vector<std::string> without;      // layers not to put up, to test the others
  std::vector<std::string> environment;  // NAME=value; nothing else reaches the program
  std::vector<std::string> program;      // argv

  bool wants(std::string_view layer) const;
};

extern const char kSupervisorUsage[];

// Throws Failure for a wrong command line.
SupervisorOptions parse_supervisor_options(int argc, char** argv);

}  // namespace glovebox::vm
