// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: XFS, by xfsprogs.
#include "guestd/functions/xfs.h"

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/formats/xfs_info.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/tree_path.h"

namespace glovebox::guestd {
namespace {

}  // namespace

Xfsinfo xfs_info(Appliance& app, const std::string& pathordevice) {
  const std::string path = names_device(pathordevice) ? app.device(pathordevice).name
                                                      : tree_path(app.mounts, pathordevice);
  return parse_xfs_info(
      run_program({.argv = {"xfs_info", path}, .about = base::escape(pathordevice)}));
}

void xfs_growfs(Appliance& app, const std::string& path, const XfsGrowfsOptions& optargs) {
  const Arguments argv = Arguments{"xfs_growfs"}
                             .add_if(optargs.datasec, "-d")
                             .add_if(optargs.logsec, "-l")
                             .add_if(optargs.rtsec, "-r")
                             .add_option("-D", at_least(0, optargs.datasize, "datasize"))
                             .add_option("-L", at_least(0, optargs.logsize, "logsize"))
                             .add_option("-R", at_least(0, optargs.rtsize, "rtsize"))
                             .add_option("-e", at_least(0, optargs.rtextsize, "rtextsize"))
                             .add_option("-m", at_least(0, optargs.maxpct, "maxpct"))
                             .add(tree_path(app.mounts, path));
  run_program({.argv = argv, .about = base::escape(path), .timeout = kLongTimeout});
}

void xfs_admin(Appliance& app, const std::string& device, const XfsAdminOptions& optargs) {
  Arguments argv = Arguments{"xfs_admin"}
                       .add_if(optargs.extunwritten, "-e")
                       .add_if(optargs.imgfile, "-f")
                       .add_if(optargs.v2log, "-j")
                       .add_if(optargs.projid32bit, "-p");
  if (optargs.lazycounter)
    argv.add("-c", *optargs.lazycounter ? "1" : "0");
  if (optargs.label)
    limit_label(*optargs.label, kXfsLabelBytes, "xfs");
  argv.add_option("-L", optargs.label).add_option("-U", optargs.uuid);
  const DeviceChange change(app, device);
  argv.add(change.name());
  run_program({.argv = argv, .about = change.name()});
}

int32_t xfs_repair(Appliance& app, const std::string& device, const XfsRepairOptions& optargs) {
  Arguments argv = Arguments{"xfs_repair"}
                       .add_if(optargs.forcelogzero, "-L")
                       .add_if(optargs.nomodify, "-n")
                       .add_if(optargs.noprefetch, "-P")
                       .add_if(optargs.forcegeometry, "-o", "force_geometry")
                       .add_option("-m", at_least(0, optargs.maxmem, "maxmem"));
  for (const auto& [value, name] : {std::pair{optargs.ihashsize, "ihash"},
                                    {optargs.bhashsize, "bhash"},
                                    {optargs.agstride, "ag_stride"}})
    if (at_least(0, value, name))
      argv.add("-o", base::cat(name, "=", *value));
  if (optargs.logdev)
    argv.add("-l", app.device(*optargs.logdev).name);
  if (optargs.rtdev)
    argv.add("-r", app.device(*optargs.rtdev).name);
  const DeviceChange change(app, device);
  argv.add(change.name());
  return try_program({.argv = argv, .about = change.name(), .timeout = kLongTimeout}).exit_code;
}

}  // namespace glovebox::guestd
