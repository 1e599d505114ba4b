// SPDX-License-Identifier: GPL-2.0-or-later
//
// Assembly: from drives to everything that can be mounted. Devices are made of devices: a partition
// is a member of an MD array, the array a physical volume, a logical volume part of a btrfs. So
// this goes round until nothing new appears:
//
//   1. take in what the kernel has reported (partitions appear by themselves);
//   2. probe each device not seen before; a drive or an array that has partitions is no device of
//      its own;
//   3. MD members: mdadm assembles arrays. They start "auto-read-only" (md_mod.start_ro): nothing
//      is written, not even a superblock, until something writes to the array;
//   4. LVM members: activate all volume groups, the plain ones without LVM (lvm_metadata.h). A
//      handle that writes activates, too, as the originals do at launch: activation writes nothing
//      to the disks;
//   5. btrfs members: report them to the kernel, for file systems of several devices.
//
// Nothing is started for what is not there: mdadm costs an emulated CPU 50 ms, an LVM command 200.
//
// Borrows the devices, the prober and the LVM worker. Not thread-safe; guestd has one thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/block/devices.h"
#include "daemon/block/lvm_worker.h"
#include "daemon/block/probe.h"

namespace glovebox::guestd {

// What could not be put together, for the report of an inspection: nobody names what never
// appeared.
struct AssemblyProblem {
  std::string device;
  std::string what;
};

class Assembly {
 public:
  Assembly(Devices& devices, Prober& prober, LvmWorker& lvm)
      : devices_(devices), prober_(prober), lvm_(lvm) {}

  Devices& devices() { return devices_; }
  Prober& prober() { return prober_; }

  // The device of that name. What is made of others (LVM, MD) is put together when a name is not
  // there yet. Throws System "NAME: No such file or directory".
  BlockDevice device(const std::string& name);

  // Makes every device that can be made of the drives appear. Cheap when there is nothing new.
  void assemble();
  const std::vector<AssemblyProblem>& problems() const { return problems_; }
  // The same, and LVM looks at everything again.
  void assemble_again();

  // The caller decides which volume groups are active from now on, or leaves it to assemble()
  // again.
  void activate_by_hand(bool by_hand) { activation_by_hand_ = by_hand; }
  // The same for MD arrays, once the caller has made or stopped one.
  void arrays_by_hand() { arrays_by_hand_ = true; }
  bool activation_by_hand() const { return activation_by_hand_; }

  // Something was written to a device: what was known of it is forgotten.
  void forget(const BlockDevice& device);
  void forget_everything();

 private:
  bool assemble_arrays(const std::vector<BlockDevice>& members);
  bool activate_volumes(const std::vector<BlockDevice>& members);

  Devices& devices_;
  Prober& prober_;
  LvmWorker& lvm_;
  std::set<dev_t> considered_;  // devices that assemble() has looked at
  std::vector<BlockDevice> physical_volumes_;
  bool volumes_waiting_ = false;  // some of them are not activated yet
  bool activation_by_hand_ = false;
  bool arrays_by_hand_ = false;
  std::vector<AssemblyProblem> problems_;
};

}  // namespace glovebox::guestd
