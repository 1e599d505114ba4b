// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The drives of a virtual machine that libvirt knows, ready for Handle::add_drive:
//
//   for (const glovebox::DomainDrive& drive :
//        glovebox::drives_of_domain({.name = "web1"}, {.readonly = true}))
//     handle.add_drive(drive.path, drive.options);
//
// libvirt is loaded by the first question; programs that never ask do without it. The rules are
// those of guestfs_add_domain in guestfs(3); docs/decisions.md lists where we differ. Free
// functions, any thread; they throw glovebox::Error, which names the domain and the disk.
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

// What libvirt wants to know before it lets us in.
struct Credential {
  CredentialKind kind;
  std::string prompt = {};
  std::string challenge = {};
  std::string default_result = {};
  std::optional<std::string> result = {};  // the answer; absent: none
};

// Who answers. Without `ask` libvirt asks on the terminal, if there is one.
struct Authentication {
  std::vector<CredentialKind> supported = {};  // what `ask` knows how to answer
  // Called in the thread that asked for the domain, perhaps several times.
  std::function<void(std::vector<Credential>&)> ask = {};
};

struct DomainName {
  std::string name;
  bool uuid_allowed = false;  // try `name` as a UUID first
  std::string uri = {};       // of the libvirt connection; empty: libvirt's default
  Authentication authentication = {};
  // How long libvirt may take; the time that answers to its questions take does not count.
  std::chrono::milliseconds patience = std::chrono::seconds(60);
};

// What becomes of a disk that the domain itself may only read, if the caller wants to write.
// `Ignore` leaves it out, also if the caller wants to read.
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

// The same for a virDomainPtr of the caller's.
GLOVEBOX_API std::vector<DomainDrive> drives_of_libvirt_domain(void* domain,
                                                               const DomainAccess& access);

}  // namespace glovebox
