// SPDX-License-Identifier: LGPL-2.1-or-later
//
// lib/glovebox/libvirt-domains.so: what needs libvirt, in a library of its own that libglovebox
// loads on first use (session/domain.cc). Private to libglovebox and of the same version, so C++
// types and exceptions cross.
#pragma once

#include <vector>

#include "glovebox/domain.h"

namespace glovebox::libvirt {

struct Module {
  std::vector<DomainDrive> (*by_name)(const DomainName& domain, const DomainAccess& access);
  // A virDomainPtr; waits `patience` at most.
  std::vector<DomainDrive> (*by_pointer)(void* domain,
                                         const DomainAccess& access,
                                         std::chrono::milliseconds patience);
  // Keeps libvirt from printing its errors. For the whole process, so only if nobody else in it
  // uses libvirt.
  void (*be_quiet)();
};

}  // namespace glovebox::libvirt

extern "C" GLOVEBOX_API const glovebox::libvirt::Module* glovebox_libvirt_module();
