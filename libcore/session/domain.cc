// SPDX-License-Identifier: LGPL-2.1-or-later
#include "glovebox/domain.h"

#include <dlfcn.h>

#include "base/cat.h"
#include "base/error.h"
#include "libvirt/module.h"
#include "vm/host/locations.h"

namespace glovebox {
namespace {

constexpr const char* kLibvirt = "libvirt.so.0";

bool is_loaded(const char* library) {
  void* const handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
  if (handle)
    dlclose(handle);
  return handle != nullptr;
}

const libvirt::Module& load() {
  const bool shared_with_others = is_loaded(kLibvirt);
  const std::string path = vm::private_library("libvirt-domains.so");
  // Never unloaded: libvirt is not made for it.
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const symbol = library ? dlsym(library, "glovebox_libvirt_module") : nullptr;
  if (!symbol)
    throw Error(Errc::Unsupported,
                base::cat("libvirt domains need libvirt, which cannot be loaded (", dlerror(),
                          "); install it (Debian: libvirt0), or name the disks themselves"));
  const libvirt::Module* module = reinterpret_cast<decltype(&glovebox_libvirt_module)>(symbol)();
  if (!shared_with_others)
    module->be_quiet();
  return *module;
}

const libvirt::Module& libvirt_module() {
  static const libvirt::Module& loaded = load();
  return loaded;
}

}  // namespace

std::vector<DomainDrive> drives_of_domain(const DomainName& domain, const DomainAccess& access) {
  std::vector<DomainDrive> drives = libvirt_module().by_name(domain, access);
  for (DomainDrive& drive : drives) drive.options.domain = domain.name;
  return drives;
}

std::vector<DomainDrive> drives_of_libvirt_domain(void* domain, const DomainAccess& access) {
  return libvirt_module().by_pointer(domain, access, DomainName{}.patience);
}

}  // namespace glovebox
