// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/connection.h"

#include <libvirt/virterror.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "base/cat.h"
#include "base/error.h"
#include "libvirt/authentication.h"

namespace glovebox::libvirt {
namespace {

using base::cat;
using Pool = base::CPointer<virStoragePool, virStoragePoolFree>;
using Volume = base::CPointer<virStorageVol, virStorageVolFree>;

thread_local std::string libxml_said;

// libxml says a line in pieces.
__attribute__((format(printf, 2, 3))) void hear(void*, const char* format, ...) {
  char piece[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  libxml_said.append(piece, 0, 4096 - std::min<size_t>(libxml_said.size(), 4096));
}

std::string first_line(const std::string& text) {
  return base::escape(base::trim(text.substr(0, text.find('\n'))));
}

// Takes over a malloc'd text.
std::string owned_text(char* text) {
  const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
  return text ? text : "";
}

std::string quoted(const std::string& name) {
  return cat("‘", base::escape(name), "’");
}

[[noreturn]] void cannot_connect(const std::string& uri) {
  const virError* const error = virGetLastError();
  throw Error(Errc::System,
              cat("could not connect to libvirt at ", uri.empty() ? "its default URI" : quoted(uri),
                  " (code ", error ? error->code : 0, ", domain ", error ? error->domain : 0,
                  "): ", last_error()));
}

}  // namespace

void hear_libxml() {
  libxml_said.clear();
  xmlSetGenericErrorFunc(nullptr, hear);
}

std::string last_error() {
  const char* const message = virGetLastErrorMessage();
  // What follows the first line shows the place in a document that could not be read.
  const std::string text = first_line(message ? message : "no reason given");
  return libxml_said.empty() ? text : cat(text, " (", first_line(libxml_said), ")");
}

Connection open_connection(const DomainName& domain, TimedWork& timed) {
  Authenticator authenticator(domain.authentication, timed);
  // Not with VIR_CONNECT_RO: servers may refuse untrusted connections the XML's details.
  Connection connection(virConnectOpenAuth(domain.uri.empty() ? nullptr : domain.uri.c_str(),
                                           authenticator.callbacks(), 0));
  if (!connection)
    cannot_connect(domain.uri);
  // What goes wrong from here on is told by exceptions only.
  virConnSetErrorFunc(connection.get(), nullptr, [](void*, virError*) {});
  return connection;
}

Domain find_domain(virConnect* connection, const DomainName& domain) {
  Domain found;
  if (domain.uuid_allowed)
    found.reset(virDomainLookupByUUIDString(connection, domain.name.c_str()));
  if (!found)
    found.reset(virDomainLookupByName(connection, domain.name.c_str()));
  if (!found)
    throw Error(
        Errc::NotFound,
        cat("no libvirt domain called ", quoted(domain.name), ": ", last_error(), " (`virsh ",
            domain.uri.empty() ? "" : cat("-c ", base::escape(domain.uri), " "),
            "list --all` shows those there are)"));
  return found;
}

std::string domain_name(virDomain* domain) {
  const char* const name = virDomainGetName(domain);
  return name ? name : "";
}

std::string domain_xml(virDomain* domain) {
  char* const xml = virDomainGetXMLDesc(domain, 0);
  if (!xml)
    throw Error(Errc::System, cat("libvirt does not return its XML: ", last_error()));
  return owned_text(xml);
}

bool is_shut_off(virDomain* domain) {
  virDomainInfo info;
  if (virDomainGetInfo(domain, &info) != 0)
    throw Error(Errc::System, cat("libvirt does not report whether it is running: ", last_error()));
  return info.state == VIR_DOMAIN_SHUTOFF;
}

std::string volume_path(virConnect* connection,
                        const std::string& pool_name,
                        const std::string& volume_name) {
  const Pool pool(virStoragePoolLookupByName(connection, pool_name.c_str()));
  if (!pool)
    throw Error(Errc::NotFound,
                cat("no libvirt pool called ", quoted(pool_name), ": ", last_error()));
  const std::string what =
      cat("volume ", quoted(volume_name), " of the libvirt pool ", quoted(pool_name));
  const Volume volume(virStorageVolLookupByName(pool.get(), volume_name.c_str()));
  virStorageVolInfo info;
  if (!volume || virStorageVolGetInfo(volume.get(), &info) != 0)
    throw Error(Errc::NotFound, cat(what, ": ", last_error()));
  if (info.type != VIR_STORAGE_VOL_FILE && info.type != VIR_STORAGE_VOL_BLOCK)
    throw Error(Errc::Unsupported,
                cat(what, " is neither a file nor a block device, which is not supported yet"));
  char* const path = virStorageVolGetPath(volume.get());
  if (!path)
    throw Error(Errc::NotFound, cat(what, ": libvirt does not report its path: ", last_error()));
  return owned_text(path);
}

}  // namespace glovebox::libvirt
