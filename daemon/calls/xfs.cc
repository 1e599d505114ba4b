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
#include "daemon/process/tool.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/tree_path.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

// "-D 1000", for a number that has to be at least `least`.
template <typename T>
void add_number(Words& words,
                const char* option,
                const std::optional<T>& value,
                const char* name,
                T least = 0) {
  if (!value)
    return;
  if (*value < least)
    refuse(base::cat(name, " must be >= ", least));
  words.insert(words.end(), {option, std::to_string(*value)});
}

void add_flag(Words& words, const char* option, const std::optional<bool>& value) {
  if (value.value_or(false))
    words.push_back(option);
}

}  // namespace

Xfsinfo xfs_info(Appliance& app, const std::string& pathordevice) {
  const std::string path =
      names_device(pathordevice) ? app.device(pathordevice).name : tree_path(app.mounts, pathordevice);
  return parse_xfs_info(
      run_tool({.argv = {"xfs_info", path}, .about = base::escape(pathordevice)}));
}

void xfs_growfs(Appliance& app, const std::string& path, const XfsGrowfsOptions& optargs) {
  Words argv = {"xfs_growfs"};
  add_flag(argv, "-d", optargs.datasec);
  add_flag(argv, "-l", optargs.logsec);
  add_flag(argv, "-r", optargs.rtsec);
  add_number<int64_t>(argv, "-D", optargs.datasize, "datasize");
  add_number<int64_t>(argv, "-L", optargs.logsize, "logsize");
  add_number<int64_t>(argv, "-R", optargs.rtsize, "rtsize");
  add_number<int64_t>(argv, "-e", optargs.rtextsize, "rtextsize");
  add_number<int32_t>(argv, "-m", optargs.maxpct, "maxpct");
  argv.push_back(tree_path(app.mounts, path));
  run_tool({.argv = argv, .about = base::escape(path), .timeout = kLongToolTimeout});
}

void xfs_admin(Appliance& app, const std::string& device, const XfsAdminOptions& optargs) {
  Words argv = {"xfs_admin"};
  add_flag(argv, "-e", optargs.extunwritten);
  add_flag(argv, "-f", optargs.imgfile);
  add_flag(argv, "-j", optargs.v2log);
  add_flag(argv, "-p", optargs.projid32bit);
  if (optargs.lazycounter)
    argv.insert(argv.end(), {"-c", *optargs.lazycounter ? "1" : "0"});
  if (optargs.label) {
    limit_label(*optargs.label, kXfsLabelBytes, "xfs");
    argv.insert(argv.end(), {"-L", *optargs.label});
  }
  if (optargs.uuid)
    argv.insert(argv.end(), {"-U", *optargs.uuid});
  const DeviceChange change(app, device);
  argv.push_back(change.name());
  run_tool({.argv = argv, .about = change.name()});
}

int32_t xfs_repair(Appliance& app, const std::string& device, const XfsRepairOptions& optargs) {
  Words argv = {"xfs_repair"};
  add_flag(argv, "-L", optargs.forcelogzero);
  add_flag(argv, "-n", optargs.nomodify);
  add_flag(argv, "-P", optargs.noprefetch);
  if (optargs.forcegeometry.value_or(false))
    argv.insert(argv.end(), {"-o", "force_geometry"});
  add_number<int64_t>(argv, "-m", optargs.maxmem, "maxmem");
  for (const auto& [value, name] : {std::pair{optargs.ihashsize, "ihash"},
                                    {optargs.bhashsize, "bhash"},
                                    {optargs.agstride, "ag_stride"}})
    if (value) {
      if (*value < 0)
        refuse(base::cat(name, " must be >= 0"));
      argv.insert(argv.end(), {"-o", base::cat(name, "=", *value)});
    }
  if (optargs.logdev)
    argv.insert(argv.end(), {"-l", app.device(*optargs.logdev).name});
  if (optargs.rtdev)
    argv.insert(argv.end(), {"-r", app.device(*optargs.rtdev).name});
  const DeviceChange change(app, device);
  argv.push_back(change.name());
  return try_tool({.argv = argv, .about = change.name(), .timeout = kLongToolTimeout}).exit_code;
}

}  // namespace glovebox::guestd
