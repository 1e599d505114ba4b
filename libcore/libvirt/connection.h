// SPDX-License-Identifier: LGPL-2.1-or-later
//
// libvirt's objects with owners, and its errors as exceptions.
#pragma once

#include <libvirt/libvirt.h>

#include <string>

#include "base/c_pointer.h"
#include "glovebox/domain.h"
#include "libvirt/timed_work.h"

namespace glovebox::libvirt {

using Connection = base::CPointer<virConnect, virConnectClose>;
using Domain = base::CPointer<virDomain, virDomainFree>;

// libvirt reads its files with libxml, which prints on stderr what it thinks of them. From here on
// that is heard instead, in this thread, and goes into last_error().
void hear_libxml();

// What libvirt's last call in this thread complained of, safe to print.
std::string last_error();

// `timed`: who is asked for credentials is the caller's thread.
Connection open_connection(const DomainName& domain, TimedWork& timed);
Domain find_domain(virConnect* connection, const DomainName& domain);

std::string domain_name(virDomain* domain);
std::string domain_xml(virDomain* domain);
bool is_shut_off(virDomain* domain);

// The path of a file or a block device in a storage pool.
std::string volume_path(virConnect* connection, const std::string& pool, const std::string& volume);

}  // namespace glovebox::libvirt
