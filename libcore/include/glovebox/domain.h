// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The drives of a libvirt domain, as arguments for Handle::add_drive:
//
//   for (const glovebox::DomainDrive& drive :
//        glovebox::drives_of_domain({.name = "web1"}, {.readonly = true}))
//     handle.add_drive(drive.path, drive.options);
//
// libvirt is loaded by the first call; programs that make none do not need it. The rules are those
// of guestfs_add_domain in guestfs(3); docs/decisions.md lists the differences. The functions are
// safe to call from any thread; they throw glovebox::Error, which names the domain and the disk.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "glovebox/handle.h"

namespace glovebox {

// Values are those of libvirt's virConnectCredentialType.
enum class CredentialKind {
  Username = 1,
  Authname,
  Language,
  Cnonce,
  Passphrase,
  Echoprompt,
  Noechoprompt,
  Realm,
  External,
};

// A credential that libvirt requests before it accepts the connection.
struct Credential {
  CredentialKind kind;
  std::string prompt = {};
  std::string challenge = {};
  std::string default_result = {};
  std::optional<std::string> result = {};  // the answer; absent: none
};

// How credentials are obtained. Without `ask` libvirt asks on the terminal, if there is one.
struct Authentication {
  std::vector<CredentialKind> supported = {};  // kinds that `ask` can answer
  // Called in the thread that requested the domain, perhaps several times.
  std::function<void(std::vector<Credential>&)> ask = {};
};

struct DomainName {
  std::string name;
  bool uuid_allowed = false;  // try `name` as a UUID first
  std::string uri = {};       // of the libvirt connection; empty: libvirt's default
  Authentication authentication = {};
  // Time limit for libvirt; the time that `ask` takes does not count.
  std::chrono::milliseconds patience = std::chrono::seconds(60);
};

// What to do with a disk that is read-only for the domain itself, if the caller requests write
// access. `Ignore` leaves it out, also if the caller requests read access.
enum class ReadonlyDisk { Error, Read, Write, Ignore };

struct DomainAccess {
  bool readonly = false;  // otherwise the domain has to be shut off
  ReadonlyDisk readonly_disk = ReadonlyDisk::Write;
};

struct DomainDrive {
  std::string path;
  DriveOptions options;  // readonly, format, blocksize, backing
};

// In the order of the domain's XML, without empty CD and floppy drives. Never empty, unless Ignore
// left all of them out.
GLOVEBOX_API std::vector<DomainDrive> drives_of_domain(const DomainName& domain,
                                                       const DomainAccess& access);

// The same for the caller's own virDomainPtr.
GLOVEBOX_API std::vector<DomainDrive> drives_of_libvirt_domain(void* domain,
                                                               const DomainAccess& access);

}  // namespace glovebox
