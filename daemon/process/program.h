// SPDX-License-Identifier: GPL-2.0-or-later
//
// Programs that calls are made of. A descriptor can take the place of a path. For those that take
// paths of the guest see sysroot/guest_root.h.
// Whoever waits here looks for the caller's cancel, and ends a program that moves no byte for too
// long.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/child.h"
#include "base/unique_fd.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"

namespace glovebox::guestd {

struct Program {
  std::vector<std::string> argv;
  std::string name = {};  // in messages; empty: that of argv
  // {ours, number in the program}, besides 0, 1 and 2
  std::vector<std::pair<int, int>> descriptors = {};
  std::vector<std::string> environment = {};  // LC_ALL=C is always set
  std::shared_ptr<base::UniqueFd> keep = {};  // a descriptor that has to stay open until it runs
};

// A path that leads the program to an open descriptor of ours, past every link of the guest.
std::string path_for_child(const base::UniqueFd& fd);

// Runs to the end with the descriptor as the first one's stdin (invalid: nothing to read); the
// answer and the exit status are the last one's.
base::RunResult run_program(const std::vector<Program>& pipeline,
                            const base::UniqueFd& input,
                            size_t max_output_bytes,
                            Progress* progress = nullptr);
// The same; an exit status other than 0 throws System with what was printed on stderr.
std::string run_program_ok(const std::vector<Program>& pipeline,
                           const base::UniqueFd& input,
                           size_t max_output_bytes,
                           Progress* progress = nullptr);

// The last one's output is the file that goes to the library; each other's goes to the next. A
// failure throws System with what the programs printed on stderr.
void stream_out(const std::vector<Program>& pipeline,
                const base::UniqueFd& input,
                FileOutStream& out);
// The file from the library is the first one's input; what the last one prints goes to `output`, or
// nowhere if that is not valid.
void stream_in(FileInStream& in,
               const std::vector<Program>& pipeline,
               const base::UniqueFd& output,
               Progress* progress = nullptr);

}  // namespace glovebox::guestd
