// SPDX-License-Identifier: GPL-2.0-or-later
//
// Mounting a guest's file systems for the tools that read files: those that -m names, else those of
// the one operating system that inspection finds. Only the root has to mount; what else fails is
// told and left out.
#pragma once

#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "inspect/report/report.h"
#include "tools/common/guest/guest_options.h"
#include "tools/common/guest/running.h"
#include "tools/common/output/messages.h"

namespace glovebox::tools {

enum class Applications { No, Yes };
enum class Icon { No, Yes };

// What inspection finds, read strictly from what the appliance sends. At disks in use damage is
// thrown (Corrupt), or is one more problem in the report.
inspect::Report inspect_guest(Calls& guest, Applications applications, Icon icon, Damage damage);

// ", only /dev/sda1 (ext4), /dev/sda2 (unknown)": what there is instead of an operating system, the
// first ten. Empty if there is nothing, or even asking fails.
std::string instead_of_a_system(Calls& guest);

// The mount points in the order to mount them: a directory before what lies below it.
std::vector<inspect::Mountpoint> mount_order(std::vector<inspect::Mountpoint> mountpoints);

// Mounts read-only. Throws Error; where the user can choose better, it says which choices there
// are.
void mount_guest(Calls& guest, const GuestOptions& options, Damage damage, Messages& messages);

}  // namespace glovebox::tools
