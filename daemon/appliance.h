// SPDX-License-Identifier: GPL-2.0-or-later
//
// Appliance: the parts of guestd that calls work with, built by main() and handed to every call.
// One thread.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/block/devices.h"
#include "daemon/block/lvm_worker.h"
#include "daemon/block/probe.h"
#include "daemon/formats/device_name.h"
#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {

class AugeasWorker;  // daemon/sysroot/augeas_worker.h
class Inspection;    // daemon/inspection.h
class OpenHive;      // daemon/sysroot/open_hive.h
class OpenJournal;   // daemon/sysroot/open_journal.h

// What could not be put together, for the report of an inspection: nobody names what never
// appeared.
struct AssemblyProblem {
  std::string device;
  std::string what;
};

class Appliance {
 public:
  explicit Appliance(const std::string& plugins_directory);
  ~Appliance();

  Devices devices;
  Prober prober;
  LvmWorker lvm;
  Mounts mounts;
  std::unique_ptr<Inspection> inspection;
  std::unique_ptr<AugeasWorker> augeas;  // from aug_init to aug_close
  std::unique_ptr<OpenHive> hive;        // what hivex_open opened
  std::unique_ptr<OpenJournal> journal;  // what journal_open opened
  base::UniqueFd watches;                // from inotify_init to inotify_close
  base::UniqueFd yara_rules;             // compiled ones, from yara_load to yara_destroy
  bool guest_programs_allowed = false;   // on read-only drives, too
  bool has_network = false;              // the caller asked for one

  // The device of that name. What is made of others (LVM, MD) is put together when a name is not
  // there yet. Throws System "NAME: No such file or directory".
  BlockDevice device(const std::string& name);

  // Makes every device that can be made of the drives appear; see assemble.cc. Cheap when there is
  // nothing new.
  void assemble();
  const std::vector<AssemblyProblem>& assembly_problems() const { return assembly_problems_; }
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

  std::set<dev_t> considered_;  // devices that assemble() has looked at
  std::vector<BlockDevice> physical_volumes_;
  bool volumes_waiting_ = false;  // some of them are not activated yet
  bool activation_by_hand_ = false;
  bool arrays_by_hand_ = false;
  std::vector<AssemblyProblem> assembly_problems_;
};

}  // namespace glovebox::guestd
