// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: MD arrays (software RAID), by mdadm and the kernel's own list.
#include "guestd/functions/md.h"

#include <bit>
#include <chrono>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/formats/mdadm.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

constexpr int64_t kKibiBytes = 1024;
constexpr size_t kMaxMdstatBytes = 1 << 20;
constexpr std::chrono::seconds kRemovalTime(10);

// The devices for mdadm, "missing" wherever the bitmap has a bit.
std::vector<std::string> with_missing(const std::vector<std::string>& devices, uint64_t missing) {
  std::vector<std::string> result;
  size_t next = 0;
  for (; missing != 0 || next < devices.size(); missing >>= 1) {
    if (missing & 1)
      result.push_back("missing");
    else if (next < devices.size())
      result.push_back(devices[next++]);
    else
      refuse("missingbitmap names more devices than there are");
  }
  return result;
}

}  // namespace

void md_create(Appliance& app,
               const std::string& name,
               const std::vector<std::string>& devices,
               const MdCreateOptions& optargs) {
  std::vector<std::unique_ptr<DeviceChange>> changes;
  std::vector<std::string> names;
  for (const std::string& device : devices) {
    changes.push_back(std::make_unique<DeviceChange>(app, device));
    names.push_back(changes.back()->name());
  }
  const auto missing = static_cast<uint64_t>(optargs.missingbitmap.value_or(0));
  const int total = static_cast<int>(names.size()) + std::popcount(missing);
  const int spare = optargs.spare.value_or(0);
  const int active = optargs.nrdevices.value_or(total);
  if (optargs.nrdevices && active < 2)
    refuse("nrdevices is less than 2");
  if (spare < 0)
    refuse("spare is negative");
  if (total != active + spare)
    refuse(base::cat("devices (", names.size(), ") + bits set in missingbitmap (",
                     std::popcount(missing), ") is not equal to nrdevices (", active, ") + spare (",
                     spare, ")"));
  Arguments argv{"mdadm",   "--create",
                 "--run",   not_an_option(name, "the name"),
                 "--level", optargs.level.value_or("raid1")};
  argv.add("--raid-devices", std::to_string(active));
  argv.add_option("--spare-devices", optargs.spare);
  if (optargs.chunk) {
    if (*optargs.chunk % kKibiBytes != 0)
      refuse("chunk size must be a multiple of 1024 bytes");
    argv.add("--chunk", std::to_string(*optargs.chunk / kKibiBytes));
  }
  argv.add_all(with_missing(names, missing));
  app.assembly.arrays_by_hand();
  run_program({.argv = argv});
}

std::vector<std::pair<std::string, std::string>> md_detail(Appliance& app, const std::string& md) {
  const BlockDevice array = app.device(md);
  return parse_md_export(run_program({.argv = {"mdadm", "-D", "--export", array.name}}));
}

std::vector<Mdstat> md_stat(Appliance& app, const std::string& md) {
  const BlockDevice array = app.device(md);
  std::vector<Mdstat> members =
      parse_mdstat(base::read_file("/proc/mdstat", kMaxMdstatBytes), array.kernel_name);
  if (members.empty())
    refuse("did not find md device in /proc/mdstat");
  for (Mdstat& member : members) member.mdstat_device = app.devices.name_of(member.mdstat_device);
  return members;
}

void md_stop(Appliance& app, const std::string& md) {
  const DeviceChange change(app, md);
  app.assembly.arrays_by_hand();
  run_program({.argv = {"mdadm", "--stop", change.name()}});
  if (!app.devices.await_removal(change.device(), base::Deadline::after(kRemovalTime)))
    refuse(base::cat(md, " was stopped, but is still there"));
}

}  // namespace glovebox::guestd
