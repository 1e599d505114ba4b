// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: rsync(1). Within the guest its tree is the program's root; with another machine it is not,
// because rsync then needs the appliance's resolver and ssh, and the guest's side is a descriptor.
#include "guestd/functions/rsync.h"

#include <fcntl.h>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/rpc/progress.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/guest_root.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxComplaints = 1 << 20;

template <typename Options>
Program rsync_program(const Options& options, const std::string& from, const std::string& to) {
  return {.argv = Arguments{"rsync"}
                      .add_if(options.archive, "--archive")
                      .add_if(options.deletedest, "--delete")
                      .add("--", from, to)};
}

void run_rsync(Program program, Progress& progress) {
  run_pipeline({std::move(program)}, base::UniqueFd(), kMaxComplaints, &progress);
}

}  // namespace

void rsync(Appliance& app,
           const std::string& src,
           const std::string& dest,
           const RsyncOptions& optargs,
           Progress& progress) {
  app.mounts.require_any();
  run_rsync(in_guest_root(rsync_program(optargs, src, dest)), progress);
}

void rsync_in(Appliance& app,
              const std::string& remote,
              const std::string& dest,
              const RsyncInOptions& optargs,
              Progress& progress) {
  app.mounts.require_any();
  const base::UniqueFd directory = open_in_guest(dest, O_PATH | O_DIRECTORY);
  run_rsync(rsync_program(optargs, remote, path_for_child(directory) + "/"), progress);
}

void rsync_out(Appliance& app,
               const std::string& src,
               const std::string& remote,
               const RsyncOutOptions& optargs,
               Progress& progress) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(src);
  const bool content = src.ends_with('/') || entry.name == ".";
  run_rsync(
      rsync_program(optargs,
                    base::cat(path_for_child(entry.directory), "/", entry.name, content ? "/" : ""),
                    remote),
      progress);
}

}  // namespace glovebox::guestd
