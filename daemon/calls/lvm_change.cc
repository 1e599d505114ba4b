// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: LVM, what writes to physical volumes. LVM does it all, and names what it makes active.
#include "guestd/functions/lvm_change.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/lvm_report.h"
#include "daemon/formats/refuse.h"
#include "daemon/inspection.h"
#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kFilterFile = "/etc/lvm/lvmlocal.conf";

// A command that changes volumes: what was known of any device may not be so any more.
void change_volumes(Appliance& app, const std::string& command) {
  app.inspection->release();
  app.devices.update();
  const base::ScopeExit refresh([&] {
    app.devices.update();
    app.prober.forget_all();
  });
  app.lvm.run(command, kLongTimeout);
}

void change_device(Appliance& app, const std::string& command, const std::string& device) {
  const DeviceChange change(app, device);
  change_volumes(app, base::cat(command, " ", lvm_word(change.name())));
}

template <typename Action>
void in_context(const std::string& context, Action&& action) {
  base::with_context(base::escape(context), action);
}

// "/dev/VG/LV", or "/dev/VG" for all of its volumes.
std::string volume_or_group(Appliance& app, const std::string& name) {
  struct stat status = {};
  if (name.starts_with("/dev/") && ::stat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return lvm_word(name);
  return lvm_word(app.device(name).name);
}

void require_percentage(int32_t percent) {
  if (percent < 0 || percent > 100)
    refuse(base::cat("percentage must be [0..100] (was ", percent, ")"));
}

// What LVM may look at from now on: a list of patterns, tried in order.
void set_filter(Appliance& app, const std::string& patterns) {
  app.inspection->release();
  app.assembly.assemble();
  app.lvm.run("vgchange --activate n");
  std::filesystem::create_directories(std::filesystem::path(kFilterFile).parent_path());
  base::replace_file(kFilterFile, base::cat("devices {\n  filter = [ ", patterns, " ]\n}\n"));
  app.lvm.restart();
  app.lvm.run("vgchange --activate y --sysinit");
  app.devices.update();
  app.prober.forget_all();
}

}  // namespace

void pvcreate(Appliance& app, const std::string& device) {
  change_device(app, "pvcreate --yes --force", device);
}

void pvremove(Appliance& app, const std::string& device) {
  change_device(app, "pvremove --force --force", device);
}

void pvresize(Appliance& app, const std::string& device) {
  in_context(device, [&] { change_device(app, "pvresize", device); });
}

void pvresize_size(Appliance& app, const std::string& device, int64_t size) {
  in_context(device, [&] {
    change_device(app, base::cat("pvresize --yes --setphysicalvolumesize ", size, "b"), device);
  });
}

void pvchange_uuid(Appliance& app, const std::string& device) {
  in_context(device, [&] { change_device(app, "pvchange --uuid", device); });
}

void pvchange_uuid_all(Appliance& app) {
  change_volumes(app, "pvchange --uuid --all");
}

void vgcreate(Appliance& app,
              const std::string& volgroup,
              const std::vector<std::string>& physvols) {
  std::vector<std::unique_ptr<DeviceChange>> changes;
  std::string command = base::cat("vgcreate --yes ", lvm_word(volgroup));
  for (const std::string& device : physvols) {
    changes.push_back(std::make_unique<DeviceChange>(app, device));
    command += " " + lvm_word(changes.back()->name());
  }
  change_volumes(app, command);
}

void vgremove(Appliance& app, const std::string& vgname) {
  change_volumes(app, base::cat("vgremove --force ", lvm_word(vgname)));
}

void vgrename(Appliance& app, const std::string& volgroup, const std::string& newvolgroup) {
  in_context(base::cat(volgroup, " -> ", newvolgroup), [&] {
    change_volumes(app, base::cat("vgrename ", lvm_word(volgroup), " ", lvm_word(newvolgroup)));
  });
}

void vgchange_uuid(Appliance& app, const std::string& vg) {
  in_context(vg, [&] { change_volumes(app, base::cat("vgchange --uuid ", lvm_word(vg))); });
}

void vgchange_uuid_all(Appliance& app) {
  change_volumes(app, "vgchange --uuid");
}

void lvcreate(Appliance& app,
              const std::string& logvol,
              const std::string& volgroup,
              int32_t mbytes) {
  change_volumes(app, base::cat("lvcreate --yes --size ", mbytes, "m --name ", lvm_word(logvol),
                                " ", lvm_word(volgroup)));
}

void lvcreate_free(Appliance& app,
                   const std::string& logvol,
                   const std::string& volgroup,
                   int32_t percent) {
  require_percentage(percent);
  change_volumes(app, base::cat("lvcreate --yes --extents ", percent, "%FREE --name ",
                                lvm_word(logvol), " ", lvm_word(volgroup)));
}

void lvremove(Appliance& app, const std::string& device) {
  change_volumes(app, base::cat("lvremove --force ", volume_or_group(app, device)));
}

void lvrename(Appliance& app, const std::string& logvol, const std::string& newlogvol) {
  in_context(base::cat(logvol, " -> ", newlogvol), [&] {
    change_volumes(app, base::cat("lvrename ", lvm_word(logvol), " ", lvm_word(newlogvol)));
  });
}

void lvresize(Appliance& app, const std::string& device, int32_t mbytes) {
  try {
    change_volumes(app, base::cat("lvresize --force --size ", mbytes, "m ",
                                  lvm_word(app.device(device).name)));
  } catch (const Error& e) {
    if (std::string_view(e.what()).find("matches existing size") == std::string_view::npos)
      throw;  // LVM calls it a failure that there is nothing to do
  }
}

void lvresize_free(Appliance& app, const std::string& lv, int32_t percent) {
  require_percentage(percent);
  change_volumes(
      app, base::cat("lvresize --extents +", percent, "%FREE ", lvm_word(app.device(lv).name)));
}

void lvm_remove_all(Appliance& app) {
  for (const auto& [report, remove] :
       {std::pair{"lvs --options lv_path --noheadings --select lv_path!=\"\"", "lvremove --force "},
        {"vgs --options vg_name --noheadings", "vgremove --force "},
        {"pvs --options pv_name --noheadings", "pvremove --force "}})
    for (const std::string& name : parse_names(app.lvm.run(report)))
      change_volumes(app, remove + lvm_word(name));
  app.assembly.forget_everything();
}

void lvm_set_filter(Appliance& app, const std::vector<std::string>& devices) {
  std::string patterns;
  for (const std::string& name : device_names(app, devices))
    patterns += base::cat("\"a|^", lvm_word(name), "|\", ");
  set_filter(app, patterns + "\"r|.*|\"");
}

void lvm_clear_filter(Appliance& app) {
  set_filter(app, "\"a|.*|\"");
}

}  // namespace glovebox::guestd
