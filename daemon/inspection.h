// SPDX-License-Identifier: GPL-2.0-or-later
//
// Inspection in the appliance: gives the engine the guest's volumes, and keeps the last report for
// the inspect_* calls.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "inspect/engine/engine.h"

namespace glovebox::guestd {

class Appliance;

class Inspection {
 public:
  // Starts the plugins' processes: before the template is saved.
  explicit Inspection(const std::string& plugins_directory);
  ~Inspection();

  // Looks at all drives. The report stays until the next time.
  const inspect::Report& run(Appliance& app, const inspect::InspectOptions& options);
  const std::optional<inspect::Report>& last() const { return report_; }
  // One more plugin, a shared object of this machine; asked in the runs that follow.
  void add_plugin(const std::string& path) { engine_.add_plugin(path); }

  // Whether the last run met damage, which on the disk of a running guest may be gone in the next
  // clone.
  bool met_damage() const;
  bool has_icons() const { return has_icons_; }  // the last report was asked for them

  // Inspected file systems stay mounted out of sight for the mount that mostly follows: the kernel
  // then has them open already. Whoever wants to write to a device, or to take it apart, calls this
  // first.
  void release();

 private:
  class GuestVolumes;

  inspect::Engine engine_;
  std::unique_ptr<GuestVolumes> volumes_;
  std::optional<inspect::Report> report_;
  bool has_icons_ = false;
};

}  // namespace glovebox::guestd
