// SPDX-License-Identifier: GPL-2.0-or-later
// Calls between the library and guestd: the beginning and the end of a clone, and what the
// appliance is made of.
#include <sys/utsname.h>

#include <exception>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/block/btrfs_subvolumes.h"
#include "daemon/calls/common.h"
#include "daemon/inspection.h"
#include "daemon/sysroot/device_use.h"
#include "daemon/sysroot/open_through.h"
#include "daemon/system/clock_entropy.h"
#include "daemon/system/network.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr auto kPlugTimeout = std::chrono::seconds(30);

uint32_t not_negative(int32_t value, const char* what) {
  if (value < 0)
    throw Error(Errc::Usage, base::cat("a drive's ", what, " is negative"), EINVAL);
  return static_cast<uint32_t>(value);
}

DriveSlot slot_of(const InternalDrive& drive) {
  return {.index = not_negative(drive.index, "index"),
          .target = not_negative(drive.target, "SCSI target"),
          .lun = not_negative(drive.lun, "SCSI lun"),
          .readonly = drive.readonly,
          .label = drive.label};
}

struct Tool {
  const char* name;
  std::vector<std::string> argv;
};

// The first line that a program prints about its version; empty if it cannot be started.
std::string version_of(const Tool& tool) {
  try {
    const base::RunResult result =
        base::run({.argv = tool.argv, .timeout = std::chrono::seconds(20)});
    const std::string& text = result.stdout_text.empty() ? result.stderr_text : result.stdout_text;
    return base::escape(base::split(base::trim(text), '\n').front());
  } catch (const Error&) {
    return "";
  }
}

}  // namespace

void internal_start(Appliance& app,
                    int64_t time_ns,
                    std::string_view entropy,
                    const std::vector<InternalDrive>& drives) {
  set_clock(time_ns);
  add_entropy(entropy);
  std::vector<DriveSlot> slots;
  for (const InternalDrive& drive : drives) slots.push_back(slot_of(drive));
  app.devices.plug(slots, base::Deadline::after(kPlugTimeout));
}

void internal_add_drive(Appliance& app,
                        int32_t index,
                        int32_t target,
                        int32_t lun,
                        bool readonly,
                        const std::string& label) {
  app.devices.plug({slot_of({index, target, lun, readonly, label})},
                   base::Deadline::after(kPlugTimeout));
}

void internal_remove_drive(Appliance& app, int32_t index) {
  const std::string name = drive_name(not_negative(index, "index"));
  const BlockDevice drive = app.device(name);
  app.inspection->release();
  if (const std::string use = use_of(app.devices, app.mounts, drive); !use.empty())
    throw Error(Errc::Denied, use, EBUSY);
  std::vector<BlockDevice> written = app.devices.partitions_of(drive);
  written.push_back(drive);
  for (const BlockDevice& device : written) sync_device(device);
  app.devices.unplug(drive, base::Deadline::after(kPlugTimeout));
  forget_btrfs_devices();
  app.assembly.forget_everything();
}

void internal_start_network(Appliance& app,
                            const std::string& address,
                            int32_t prefix_bits,
                            const std::string& gateway,
                            const std::string& nameserver) {
  start_network({address, prefix_bits, gateway, nameserver});
  app.has_network = true;
}

void internal_autosync(Appliance& app) {
  app.hive.reset();  // open files would keep file systems busy
  app.journal.reset();
  app.inspection->release();
  // What one file system lost is told only after the others are safe.
  std::exception_ptr lost;
  try {
    sync_filesystems(app);
  } catch (const Error&) {
    lost = std::current_exception();
  }
  umount_all(app);
  sync_drives(app);
  if (lost)
    std::rethrow_exception(lost);
}

std::vector<std::pair<std::string, std::string>> internal_versions(Appliance&) {
  struct utsname kernel = {};
  ::uname(&kernel);
  std::vector<std::pair<std::string, std::string>> result = {{"linux", kernel.release}};
  const Tool tools[] = {{"btrfs", {"btrfs", "--version"}},
                        {"cryptsetup", {"cryptsetup", "--version"}},
                        {"dosfstools", {"mkfs.fat", "--help"}},
                        {"e2fsprogs", {"mke2fs", "-V"}},
                        {"exfatprogs", {"mkfs.exfat", "-V"}},
                        {"f2fs-tools", {"mkfs.f2fs", "-V"}},
                        {"lvm", {"lvm", "version"}},
                        {"mdadm", {"mdadm", "--version"}},
                        {"ntfs-3g", {"ntfs-3g", "--version"}},
                        {"parted", {"parted", "--version"}},
                        {"sfdisk", {"sfdisk", "--version"}},
                        {"sgdisk", {"sgdisk", "--version"}},
                        {"squashfs-tools", {"unsquashfs", "-version"}},
                        {"tar", {"tar", "--version"}},
                        {"xfsprogs", {"mkfs.xfs", "-V"}}};
  for (const Tool& tool : tools)
    if (const std::string version = version_of(tool); !version.empty())
      result.push_back({tool.name, version});
  return result;
}

}  // namespace glovebox::guestd
