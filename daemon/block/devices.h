// SPDX-License-Identifier: GPL-2.0-or-later
//
// The block devices of the guest and their names. Kernel names are never trusted: drives that are
// plugged at once are probed in parallel and get sda, sdb ... in any order. So /dev is a tmpfs of
// guestd's own, a drive is known by the SCSI address that the library plugged it at, and its nodes
// are made under the name that the manual promises. The kernel tells about devices through its
// uevent socket, which is open before the template is saved: no event is missed.
//
// Not thread-safe; guestd has one thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "daemon/block/block_device.h"
#include "daemon/block/scsi_host.h"
#include "daemon/block/uevent_socket.h"
#include "daemon/formats/device_name.h"
#include "daemon/formats/uevent.h"

namespace glovebox::guestd {

// A drive as the library plugged it.
struct DriveSlot {
  uint32_t index = 0;
  uint32_t target = 0;
  uint32_t lun = 0;
  bool readonly = false;
  std::string label = {};
};

class Devices {
 public:
  // Opens the uevent socket and puts the tmpfs on /dev. Throws System.
  Devices();
  Devices(const Devices&) = delete;
  Devices& operator=(const Devices&) = delete;

  // Gives the drives their names, waiting until each is there with its partitions; throws Timeout
  // naming one that is missing, and then none of them has been taken in.
  void plug(const std::vector<DriveSlot>& slots, const base::Deadline& deadline);
  // Makes the kernel let go of a drive that nothing uses; its names and labels go, too.
  void unplug(const BlockDevice& drive, const base::Deadline& deadline);

  // Takes in what the kernel has told since; cheap when that is nothing. Returns whether anything
  // changed.
  bool update();

  // Waits until the kernel has let go of the device: it does so some time after an array was
  // stopped, and whoever opens the node in between makes the array anew, empty. Returns whether it
  // is gone.
  bool await_removal(const BlockDevice& device, const base::Deadline& deadline);

  std::vector<BlockDevice> drives() const;      // in the order added
  std::vector<BlockDevice> partitions() const;  // of drives, then of MD arrays
  std::vector<BlockDevice> partitions_of(const BlockDevice& disk) const;
  std::vector<BlockDevice> arrays() const;  // MD, by number
  // Device-mapper devices, by number: "/dev/vg0/root" for a logical volume that people see,
  // "/dev/dm-0" for one that is a part of others, "/dev/mapper/NAME" for what is no LVM's.
  std::vector<BlockDevice> mappings() const;
  // From the kernel's name ("sdb1") to ours; "/dev/" and the kernel's if it is none of the guest's.
  std::string name_of(const std::string& kernel_name) const;
  // {"LABEL", "/dev/sda"}, {"LABEL1", "/dev/sda1"} for the drives that the caller labelled.
  std::vector<std::pair<std::string, std::string>> labels() const;
  bool all_readonly() const;

  // The device of that name in any spelling (hd, vd, links of LVM and device-mapper); absent if it
  // is not there.
  std::optional<BlockDevice> find(std::string_view name) const;

 private:
  struct Node {
    std::string kernel_name;
    dev_t number = 0;
    uint32_t partition = 0;
    std::optional<ScsiAddress> address = {};
    std::string name = {};  // in /dev; empty while it has none
  };

  void take(const Uevent& event);
  void add_partitions(const std::string& devpath);
  void rename_nodes();
  void rescan_everything();
  bool present(const DriveSlot& slot) const;
  std::string wanted_name(const Node& node) const;
  std::optional<uint32_t> drive_of(const Node& node) const;
  void await_drives(const std::vector<DriveSlot>& slots, const base::Deadline& deadline);
  void drop(const std::vector<DriveSlot>& slots);

  UeventSocket uevents_;
  ScsiHost scsi_host_;
  std::map<std::string, Node> nodes_;  // by devpath
  std::vector<DriveSlot> slots_;       // by index; one that was unplugged leaves a gap
};

}  // namespace glovebox::guestd
