// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: Windows dynamic disks, by ldmtool(1).
#include "guestd/functions/ldm.h"

#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/ldmtool.h"
#include "daemon/inspection.h"
#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

std::string ldmtool(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ldmtool");
  return run_program({.argv = arguments});
}

std::string show_group(const std::string& group) {
  return ldmtool({"show", "diskgroup", not_an_option(group, "the disk group")});
}

std::string show_volume(const std::string& group, const std::string& volume) {
  return ldmtool({"show", "volume", not_an_option(group, "the disk group"),
                  not_an_option(volume, "the volume")});
}

void change_all(Appliance& app, const char* action) {
  app.inspection->release();
  app.devices.update();
  ldmtool({action, "all"});
  app.devices.update();
}

}  // namespace

void ldmtool_create_all(Appliance& app) {
  change_all(app, "create");
}

void ldmtool_remove_all(Appliance& app) {
  change_all(app, "remove");
}

std::vector<std::string> ldmtool_scan(Appliance& app) {
  return ldmtool_scan_devices(app, {});
}

std::vector<std::string> ldmtool_scan_devices(Appliance& app,
                                              const std::vector<std::string>& devices) {
  app.devices.update();
  std::vector<std::string> arguments = device_names(app, devices);
  arguments.insert(arguments.begin(), "scan");
  return parse_ldm_names(ldmtool(arguments));
}

std::string ldmtool_diskgroup_name(Appliance&, const std::string& diskgroup) {
  return parse_ldm_field(show_group(diskgroup), "name");
}

std::vector<std::string> ldmtool_diskgroup_volumes(Appliance&, const std::string& diskgroup) {
  return parse_ldm_list(show_group(diskgroup), "volumes");
}

std::vector<std::string> ldmtool_diskgroup_disks(Appliance&, const std::string& diskgroup) {
  return parse_ldm_list(show_group(diskgroup), "disks");
}

std::string ldmtool_volume_type(Appliance&,
                                const std::string& diskgroup,
                                const std::string& volume) {
  return parse_ldm_field(show_volume(diskgroup, volume), "type");
}

std::string ldmtool_volume_hint(Appliance&,
                                const std::string& diskgroup,
                                const std::string& volume) {
  return parse_ldm_field(show_volume(diskgroup, volume), "hint");
}

std::vector<std::string> ldmtool_volume_partitions(Appliance&,
                                                   const std::string& diskgroup,
                                                   const std::string& volume) {
  return parse_ldm_list(show_volume(diskgroup, volume), "partitions");
}

}  // namespace glovebox::guestd
