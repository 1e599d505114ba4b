// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Starting qemu for one machine: sockets, descriptors and files in their places, confined by the
// supervisor, stopped before its first instruction. What it does then is Vm's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/canceller.h"
#include "base/unique_fd.h"
#include "vm/qemu/console.h"
#include "vm/qemu/machine.h"
#include "vm/qemu/network.h"
#include "vm/qemu/process.h"
#include "vm/qemu/qmp.h"
#include "vm/template/appliance.h"

namespace glovebox::vm {

// What qemu knows the parts of a drive by; needed to detach it.
struct DriveIds {
  std::string device;
  std::vector<std::string> nodes;  // bottom first
  std::vector<int> fdsets;
};

// A drive, ready to be attached: descriptors and qemu's description of what is behind them.
struct PreparedDrive {
  std::vector<InheritedFd>
      fds;  // .fd is our descriptor here; kept open by the caller until start returns
  std::vector<std::string> blockdevs;  // JSON, bottom first
  std::string device_arguments;        // JSON for device_add
  DriveIds ids;
};

struct VmOptions {
  Machine machine;
  Appliance appliance;
  bool readonly_ram_option = false;  // qemu >= 8.2, see machine.h
  bool require_confinement = false;
  bool script = false;            // see ProcessOptions
  std::string kvm_stand_in = {};  // a program in place of KVM, for tests (stand_in.h)
  Console::LineCallback on_console_line = {};
  const base::Canceller* canceller = nullptr;  // ends a boot early; outlives the start
};

// Where the memory is: at most one of the two.
struct RamFile {
  const std::string* shared = nullptr;  // paths
  const std::string* private_copy = nullptr;
};

// Everything that was started ends with the object.
struct StartedMachine {
  Network network;
  QemuProcess process;
  std::unique_ptr<Qmp> qmp;
  base::UniqueFd rpc;              // guestd's
  base::UniqueFd transfer_memory;  // behind the transfer disk, a memfd of sealed size
  Console console;
};

// Throws System if something could not be made or started. Whether qemu likes its command line, the
// first QMP answer tells.
StartedMachine start_machine(const VmOptions& options,
                             const RamFile& ram,
                             const std::vector<PreparedDrive>& drives);

}  // namespace glovebox::vm
