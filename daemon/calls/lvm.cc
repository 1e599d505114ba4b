// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: LVM. Where there is no physical volume the answer is known without asking LVM.
#include "guestd/functions/lvm.h"

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/block/volumes.h"
#include "daemon/formats/dm_name.h"
#include "daemon/formats/lvm_report.h"
#include "daemon/inspection.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxMetadataBytes = 4 << 20;  // what a message can carry

bool has_physical_volumes(Appliance& app) {
  app.assembly.assemble();
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

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::string uuid_of(Appliance& app, const std::string& name, const std::string& command) {
  return base::with_context(base::escape(name), [&] {
    return std::string(base::trim(app.lvm.run(base::cat(command, " ", lvm_word(name)))));
  });
}

std::vector<std::string> uuids_of(Appliance& app, const std::string& group, const char* column) {
  return base::with_context(base::escape(group), [&] {
    return parse_names(
        app.lvm.run(base::cat("vgs --unbuffered --noheadings -o ", column, " ", lvm_word(group))));
  });
}

}  // namespace

void lvm_scan(Appliance& app, bool activate) {
  app.assembly.forget_everything();
  app.devices.update();
  app.assembly.activate_by_hand(false);
  if (activate)
    app.assembly.assemble();
  else
    app.lvm.run("pvscan");
}

std::vector<std::string> lvs(Appliance& app) {
  app.assembly.assemble();
  if (app.assembly.activation_by_hand())  // those that are not active count, too
    return sorted(parse_names(report(
        app, "lvs -o lv_path --noheadings --select lv_role=public&&lv_skip_activation!=yes")));
  std::vector<std::string> names;
  for (const BlockDevice& volume : logical_volumes(app.devices)) names.push_back(volume.name);
  return names;
}

std::vector<std::string> vgs(Appliance& app) {
  return sorted(parse_names(report(app, "vgs -o vg_name --noheadings")));
}

std::vector<std::string> pvs(Appliance& app) {
  return sorted(parse_names(report(app, "pvs -o pv_name --noheadings")));
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
  app.assembly.assemble();
  std::string command = base::cat("vgchange --activate ", activate ? "y" : "n");
  for (const std::string& name : volgroups) command += " " + lvm_word(name);
  app.assembly.activate_by_hand(!activate || !volgroups.empty());
  base::with_context("vgchange", [&] { app.lvm.run(command); });
  app.devices.update();
  app.prober.forget_all();
}

void vg_activate_all(Appliance& app, bool activate) {
  vg_activate(app, activate, {});
}

void vgscan(Appliance& app) {
  lvm_scan(app, false);
}

std::string pvuuid(Appliance& app, const std::string& device) {
  return uuid_of(app, app.device(device).name, "pvs --noheadings -o pv_uuid");
}

std::string vguuid(Appliance& app, const std::string& vgname) {
  return uuid_of(app, vgname, "vgs --noheadings -o vg_uuid");
}

std::string lvuuid(Appliance& app, const std::string& device) {
  return uuid_of(app, app.device(device).name, "lvs --noheadings -o lv_uuid");
}

std::vector<std::string> vgpvuuids(Appliance& app, const std::string& vgname) {
  return uuids_of(app, vgname, "pv_uuid");
}

std::vector<std::string> vglvuuids(Appliance& app, const std::string& vgname) {
  return uuids_of(app, vgname, "lv_uuid");
}

std::string vgmeta(Appliance& app, const std::string& vgname) {
  const base::TempDir directory("vgmeta");
  const std::string file = directory.path() + "/metadata";
  base::with_context("vgcfgbackup", [&] {
    app.lvm.run(base::cat("vgcfgbackup --file ", file, " ", lvm_word(vgname)));
  });
  return base::read_file(file, kMaxMetadataBytes);
}

}  // namespace glovebox::guestd
