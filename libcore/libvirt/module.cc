// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/module.h"

#include <libvirt/virterror.h>

#include "base/cat.h"
#include "base/error.h"
#include "libvirt/connection.h"
#include "libvirt/domain_drives.h"

namespace glovebox::libvirt {
namespace {

using base::cat;

void require_shut_off(virDomain* domain) {
  if (!is_shut_off(domain))
    throw Error(Errc::Denied,
                "it is a live virtual machine, and writing to its disks would damage them; shut it "
                "down first, or open them read-only");
}

std::vector<DomainDrive> drives_of(virDomain* domain, const DomainAccess& access) {
  return base::with_context(cat("libvirt domain ‘", base::escape(domain_name(domain)), "’"), [&] {
    if (!access.readonly)
      require_shut_off(domain);
    // Belongs to the domain; not ours to close.
    virConnect* const connection = virDomainGetConnect(domain);
    return domain_drives(parse_domain_disks(domain_xml(domain)), access,
                         [&](const std::string& pool, const std::string& volume) {
                           return volume_path(connection, pool, volume);
                         });
  });
}

std::vector<DomainDrive> by_name(const DomainName& name, const DomainAccess& access) {
  return run_with_timeout(name.patience, [name, access](TimedWork& timed) {
    hear_libxml();
    const Connection connection = open_connection(name, timed);
    return drives_of(find_domain(connection.get(), name).get(), access);
  });
}

std::vector<DomainDrive> by_pointer(void* pointer,
                                    const DomainAccess& access,
                                    std::chrono::milliseconds patience) {
  auto* const domain = static_cast<virDomain*>(pointer);
  if (virDomainRef(domain) != 0)
    throw Error(Errc::Usage, cat("this is not a libvirt domain: ", last_error()));
  const std::shared_ptr<virDomain> kept(domain, virDomainFree);
  return run_with_timeout(patience, [kept, access](TimedWork&) {
    hear_libxml();
    return drives_of(kept.get(), access);
  });
}

void be_quiet() {
  virSetErrorFunc(nullptr, [](void*, virError*) {});
}

constexpr Module kModule{.by_name = by_name, .by_pointer = by_pointer, .be_quiet = be_quiet};

}  // namespace
}  // namespace glovebox::libvirt

const glovebox::libvirt::Module* glovebox_libvirt_module() {
  return &glovebox::libvirt::kModule;
}
