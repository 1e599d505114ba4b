// SPDX-License-Identifier: GPL-2.0-or-later
//
// Programs in a row, each one's output the next one's input, with a descriptor or a file of the
// library at either end. Whoever waits here looks for the caller's cancel, and ends a program that
// moves no byte for too long.
#pragma once

#include <string>
#include <vector>

#include "base/child.h"
#include "base/unique_fd.h"
#include "daemon/process/program.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"

namespace glovebox::guestd {

using Pipeline = std::vector<Program>;

// A path that leads a program to an open descriptor of ours, past every link of the guest.
std::string path_for_child(const base::UniqueFd& fd);

// Runs to the end with the descriptor as the first one's stdin (invalid: nothing to read); the
// answer and the exit status are the last one's.
base::RunResult try_pipeline(const Pipeline& pipeline,
                             const base::UniqueFd& input,
                             size_t max_output_bytes,
                             Progress* progress = nullptr);
// The same; an exit status other than 0 throws System with what was printed on stderr.
std::string run_pipeline(const Pipeline& pipeline,
                         const base::UniqueFd& input,
                         size_t max_output_bytes,
                         Progress* progress = nullptr);

// The last one's output is the file that goes to the library. A failure throws System with what the
// programs printed on stderr.
void stream_out(const Pipeline& pipeline, const base::UniqueFd& input, FileOutStream& out);
// The file from the library is the first one's input; what the last one prints goes to `output`, or
// nowhere if that is not valid.
void stream_in(FileInStream& in,
               const Pipeline& pipeline,
               const base::UniqueFd& output,
               Progress* progress = nullptr);

}  // namespace glovebox::guestd
