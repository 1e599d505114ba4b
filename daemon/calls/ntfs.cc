// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: NTFS, by the programs of ntfs-3g.
#include "guestd/functions/ntfs.h"

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "daemon/process/tool.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"

namespace glovebox::guestd {

int32_t ntfs_3g_probe(Appliance& app, bool rw, const std::string& device) {
  const DeviceChange change(app, device);
  return try_tool({.argv = {"ntfs-3g.probe", rw ? "-w" : "-r", change.name()}}).exit_code;
}

void ntfsfix(Appliance& app, const std::string& device, const NtfsfixOptions& optargs) {
  const DeviceChange change(app, device);
  std::vector<std::string> argv = {"ntfsfix"};
  if (optargs.clearbadsectors.value_or(false))
    argv.push_back("-b");
  argv.push_back(change.name());
  run_tool({.argv = argv, .about = change.name()});
}

void ntfsresize(Appliance& app, const std::string& device, const NtfsresizeOptions& optargs) {
  std::vector<std::string> argv = {"ntfsresize", "-P"};
  if (optargs.size) {
    if (*optargs.size <= 0)
      refuse("size is zero or negative");
    argv.insert(argv.end(), {"--size", std::to_string(*optargs.size)});
  }
  if (optargs.force.value_or(false))
    argv.push_back("--force");
  const DeviceChange change(app, device);
  argv.push_back(change.name());
  run_tool({.argv = argv,
            .about = change.name(),
            .stdin_text = "y\n",  // "Are you sure you want to proceed"
            .timeout = kLongToolTimeout,
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
  std::vector<std::string> argv = {"ntfsclone", "-o", "-", "--save-image"};
  for (const auto& [chosen, option] : {std::pair{optargs.metadataonly, "--metadata"},
                                       {optargs.rescue, "--rescue"},
                                       {optargs.ignorefscheck, "--ignore-fs-check"},
                                       {optargs.preservetimestamps, "--preserve-timestamps"},
                                       {optargs.force, "--force"}})
    if (chosen.value_or(false))
      argv.push_back(option);
  argv.push_back(change.name());
  stream_out({{.argv = argv}}, base::UniqueFd(), backupfile);
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
