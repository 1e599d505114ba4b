// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The qemu binary: which one, its version, and what stands for it in a template's key. A value; any
// thread.
#pragma once

#include <string>

namespace glovebox::vm {

struct Hypervisor {
  std::string path;
  std::string stamp;       // path, size and time of the file: changes with every upgrade
  bool is_script = false;  // a wrapper: it may change anything, so it gets a cold boot
};

// `chosen` (the hv setting), else $LIBGUESTFS_HV, else $LIBGUESTFS_QEMU, else qemu-system-x86_64 in
// PATH. NotFound says which package to install.
Hypervisor find_hypervisor(const std::string& chosen);

// "7.2.22", by running it with --version; throws if it does not answer in 10 seconds.
std::string hypervisor_version(const Hypervisor& hypervisor);

// True from 8.2 on: memory-backend-file has readonly=on,rom=off, so that a clone needs no preload
// library.
bool has_readonly_ram_option(const std::string& version);

}  // namespace glovebox::vm
