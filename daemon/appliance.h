// SPDX-License-Identifier: GPL-2.0-or-later
//
// Appliance: the parts of guestd that calls work with, built by main() and handed to every call.
// One thread.
#pragma once

#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "daemon/block/assembly.h"
#include "daemon/block/devices.h"
#include "daemon/block/lvm_worker.h"
#include "daemon/block/probe.h"
#include "daemon/formats/device_name.h"
#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {

class AugeasWorker;  // daemon/sysroot/augeas_worker.h
class Inspection;    // daemon/inspection.h
struct OpenHive;     // daemon/sysroot/open_through.h
struct OpenJournal;  // likewise

class Appliance {
 public:
  explicit Appliance(const std::string& plugins_directory);
  ~Appliance();

  Devices devices;
  Prober prober;
  LvmWorker lvm;
  Assembly assembly{devices, prober, lvm};
  Mounts mounts;
  std::unique_ptr<Inspection> inspection;
  std::unique_ptr<AugeasWorker> augeas;  // from aug_init to aug_close
  std::unique_ptr<OpenHive> hive;        // what hivex_open opened
  std::unique_ptr<OpenJournal> journal;  // what journal_open opened
  base::UniqueFd watches;                // from inotify_init to inotify_close
  base::UniqueFd yara_rules;             // compiled ones, from yara_load to yara_destroy
  bool guest_programs_allowed = false;   // on read-only drives, too
  bool has_network = false;              // the caller asked for one

  // The device of that name: see Assembly.
  BlockDevice device(const std::string& name) { return assembly.device(name); }
};

}  // namespace glovebox::guestd
