// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: LVM. Where there is no physical volume the answer is known without asking LVM.
#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/inspection.h"
#include "daemon/lvm_report.h"
#include "daemon/mappings.h"
#include "daemon/volumes.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

bool has_physical_volumes(Appliance& app) {
  app.assemble();
  for (const auto& devices : {app.devices.drives(), app.devices.partitions(), app.devices.arrays(),
                              app.devices.mappings()})
    for (const BlockDevice& device : devices) {
      try {
        if (app.prober.content(device).type == "LVM2_member")
          return true;
      } catch (const Error&) {
        continue;  // unreadable, so LVM could not use it either
      }
    }
  return false;
}

std::string report(Appliance& app, const std::string& command) {
  return has_physical_volumes(app) ? app.lvm.run(command) : "";
}

// A volume group's name in a command line of liblvm2cmd, which splits at white space.
const std::string& checked_name(const std::string& name) {
  const auto allowed = [](unsigned char c) {
    return isalnum(c) || c == '+' || c == '_' || c == '.' || c == '-';
  };
  if (name.empty() || name.front() == '-' || !std::all_of(name.begin(), name.end(), allowed))
    throw Error(Errc::Usage, base::cat(base::escape(name), ": not the name of a volume group"),
                EINVAL);
  return name;
}

}  // namespace

void lvm_scan(Appliance& app, bool activate) {
  app.forget_everything();
  app.devices.update();
  if (activate)
    app.assemble();
  else
    app.lvm.run("pvscan");
}

std::vector<std::string> lvs(Appliance& app) {
  app.assemble();
  std::vector<std::string> names;
  for (const BlockDevice& volume : logical_volumes(app.devices)) names.push_back(volume.name);
  return names;
}

std::vector<std::string> vgs(Appliance& app) {
  std::vector<std::string> names = parse_names(report(app, "vgs -o vg_name --noheadings"));
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> pvs(Appliance& app) {
  std::vector<std::string> names = parse_names(report(app, "pvs -o pv_name --noheadings"));
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<LvmLv> lvs_full(Appliance& app) {
  return parse_lv_report(report(app, kLvReport));
}

std::vector<LvmVg> vgs_full(Appliance& app) {
  return parse_vg_report(report(app, kVgReport));
}

std::vector<LvmPv> pvs_full(Appliance& app) {
  return parse_pv_report(report(app, kPvReport));
}

std::string lvm_canonical_lv_name(Appliance& app, const std::string& lvname) {
  const BlockDevice device = app.device(lvname);
  for (const BlockDevice& volume : logical_volumes(app.devices))
    if (volume.number == device.number)
      return volume.name;
  throw Error(Errc::Usage, base::cat(lvname, ": not a logical volume"), EINVAL);
}

bool is_lv(Appliance& app, const std::string& mountable) {
  const Mountable what = parse_mountable(mountable);
  const BlockDevice device = app.device(what.device);
  const std::vector<BlockDevice> volumes = logical_volumes(app.devices);
  return what.subvolume.empty() &&
         std::any_of(volumes.begin(), volumes.end(),
                     [&](const BlockDevice& volume) { return volume.number == device.number; });
}

void vg_activate(Appliance& app, bool activate, const std::vector<std::string>& volgroups) {
  app.inspection->release();
  app.assemble();
  std::string command = base::cat("vgchange --activate ", activate ? "y" : "n");
  for (const std::string& name : volgroups) command += " " + checked_name(name);
  app.lvm.run(command);
  app.devices.update();
}

void vg_activate_all(Appliance& app, bool activate) {
  vg_activate(app, activate, {});
}

}  // namespace glovebox::guestd
