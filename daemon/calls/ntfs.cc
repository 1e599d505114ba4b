// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: NTFS, by the programs of ntfs-3g.
#include "guestd/functions/ntfs.h"

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"

namespace glovebox::guestd {

int32_t ntfs_3g_probe(Appliance& app, bool rw, const std::string& device) {
  const DeviceChange change(app, device);
  return try_program({.argv = {"ntfs-3g.probe", rw ? "-w" : "-r", change.name()}}).exit_code;
}

void ntfsfix(Appliance& app, const std::string& device, const NtfsfixOptions& optargs) {
  const DeviceChange change(app, device);
  run_program(
      {.argv = Arguments{"ntfsfix"}.add_if(optargs.clearbadsectors, "-b").add(change.name()),
       .about = change.name()});
}

void ntfsresize(Appliance& app, const std::string& device, const NtfsresizeOptions& optargs) {
  if (optargs.size && *optargs.size <= 0)
    refuse("size is zero or negative");
  const DeviceChange change(app, device);
  run_program({.argv = Arguments{"ntfsresize", "-P"}
                           .add_option("--size", optargs.size)
                           .add_if(optargs.force, "--force")
                           .add(change.name()),
               .about = change.name(),
               .stdin_text = "y\n",  // "Are you sure you want to proceed"
               .timeout = kLongTimeout,
               .complains_on_stdout = true});
}

void ntfsresize_size(Appliance& app, const std::string& device, int64_t size) {
  ntfsresize(app, device, {.size = size});
}

void ntfsclone_out(Appliance& app,
                   const std::string& device,
                   FileOutStream& backupfile,
                   const NtfscloneOutOptions& optargs) {
  const DeviceChange change(app, device);
  stream_out({{.argv = Arguments{"ntfsclone", "-o", "-", "--save-image"}
                           .add_if(optargs.metadataonly, "--metadata")
                           .add_if(optargs.rescue, "--rescue")
                           .add_if(optargs.ignorefscheck, "--ignore-fs-check")
                           .add_if(optargs.preservetimestamps, "--preserve-timestamps")
                           .add_if(optargs.force, "--force")
                           .add(change.name())}},
             base::UniqueFd(), backupfile);
}

void ntfsclone_in(Appliance& app,
                  FileInStream& backupfile,
                  const std::string& device,
                  Progress& progress) {
  const DeviceChange change(app, device);
  stream_in(backupfile, {{.argv = {"ntfsclone", "-O", change.name(), "--restore-image", "-"}}},
            base::UniqueFd(), &progress);
}

void ntfscat_i(Appliance& app, const std::string& device, int64_t inode, FileOutStream& filename) {
  if (inode < 0)
    refuse("inode must be >= 0");
  stream_out({{.argv = {"ntfscat", "-i", std::to_string(inode), app.device(device).name}}},
             base::UniqueFd(), filename);
}

}  // namespace glovebox::guestd
