// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The virtual machine as data, and the qemu command line that makes it. One Machine gives the same
// command for a template, its clones and a cold boot but for where the RAM lives and how the
// machine starts, which is what restoring needs. Pure functions: nothing is started or opened here.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace glovebox::vm {

enum class Accel { Tcg, Kvm };

struct Machine {
  std::string qemu;  // path of the binary
  Accel accel = Accel::Tcg;
  int memory_mib = 1280;
  int cpus = 1;
  std::string kernel;  // paths
  std::string initrd;
  std::string append;  // more kernel arguments
  std::vector<std::string> arguments =
      {};  // of the caller, for qemu; the last ones, for a boot only
  bool network = false;
  bool verbose = false;  // kernel messages on the console
};

// The part of the command that shapes the machine: equal for a template and everything restored
// from it.
std::vector<std::string> machine_arguments(const Machine& machine);

// Where the memory is.
struct SharedRam {
  std::string path;  // the template being made writes here
};
struct PrivateRam {
  std::string path;      // a clone maps this copy-on-write ...
  bool readonly_option;  // ... with readonly=on,rom=off (qemu >= 8.2); else the preload library
                         // opens it read-only
};

// Descriptors that the process inherits, by the number they have in it.
struct Channels {
  int qmp = -1;
  int rpc = -1;      // the guestd port
  int console = -1;  // what the kernel prints
  int network = -1;  // frames of the network device; for a machine that has one
};

struct InheritedFd {
  int fd = -1;
  int set = 0;  // becomes /dev/fdset/SET
};

struct Launch {
  Channels channels;
  std::vector<InheritedFd> fds;
  int root_fdset = 0;                  // the appliance's root image
  int transfer_fdset = 0;              // the disk that carries files (proto/message.h)
  std::vector<std::string> blockdevs;  // JSON of each -blockdev, in order
  const SharedRam* shared_ram =
      nullptr;  // at most one of the two; neither: anonymous memory (a cold boot)
  const PrivateRam* private_ram = nullptr;
  bool incoming = false;  // wait for the saved state instead of booting
};

// The whole command: program and arguments. The machine starts stopped (-S).
std::vector<std::string> qemu_command(const Machine& machine, const Launch& launch);

// A value inside a comma-separated qemu option: commas doubled.
std::string escape_option(const std::string& value);

}  // namespace glovebox::vm
