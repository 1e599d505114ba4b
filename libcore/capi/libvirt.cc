// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Domains of libvirt, and the event by which libvirt asks the program who it is.
#include <algorithm>
#include <utility>

#include "base/cat.h"
#include "base/scope_exit.h"
#include "capi/drives.h"
#include "capi/handle.h"
#include "capi/handle_calls.h"
#include "glovebox/domain.h"

namespace glovebox::capi::handle_calls {
namespace {

using base::cat;

constexpr std::pair<const char*, CredentialKind> kKinds[] = {
    {"username", CredentialKind::Username},         {"authname", CredentialKind::Authname},
    {"language", CredentialKind::Language},         {"cnonce", CredentialKind::Cnonce},
    {"passphrase", CredentialKind::Passphrase},     {"echoprompt", CredentialKind::Echoprompt},
    {"noechoprompt", CredentialKind::Noechoprompt}, {"realm", CredentialKind::Realm},
    {"external", CredentialKind::External},
};

constexpr std::pair<const char*, ReadonlyDisk> kReadonlyDisks[] = {
    {"error", ReadonlyDisk::Error},
    {"read", ReadonlyDisk::Read},
    {"write", ReadonlyDisk::Write},
    {"ignore", ReadonlyDisk::Ignore},
};

ReadonlyDisk parse_readonly_disk(const std::string& word) {
  for (const auto& [name, value] : kReadonlyDisks)
    if (word == name)
      return value;
  throw Error(Errc::Usage,
              "readonlydisk parameter must be ‘error’, ‘read’, ‘write’ (default) or ‘ignore’");
}

// Both calls have these.
template <typename Options>
DomainAccess access_of(const Options& options) {
  if (options.live.value_or(false))
    throw Error(Errc::Usage, "libguestfs live support was removed in libguestfs 1.48");
  return {.readonly = options.readonly.value_or(false),
          .readonly_disk = parse_readonly_disk(options.readonlydisk.value_or("write"))};
}

template <typename Options>
int32_t add_all(guestfs_h& g, const std::vector<DomainDrive>& drives, const Options& options) {
  const size_t before = g.drives.size();
  try {
    for (const DomainDrive& drive : drives)
      add_drive_over(g, drive.path,
                     {.readonly = drive.options.readonly,
                      .format = drive.options.format,
                      .iface = options.iface,
                      .cachemode = options.cachemode,
                      .discard = options.discard,
                      .copyonread = options.copyonread,
                      .blocksize = drive.options.blocksize},
                     {.images = drive.options.backing,
                      .is_all = drive.options.backing_is_all,
                      .domain = drive.options.domain});
  } catch (...) {
    g.handle.forget_drives_from(before);
    g.drives.resize(before);
    throw;
  }
  return static_cast<int32_t>(drives.size());
}

// The program is asked in an event, which shows it the questions through the calls below.
void ask_program(guestfs_h& g, const std::string& uri, std::vector<Credential>& credentials) {
  g.requested_credentials = &credentials;
  const base::ScopeExit afterwards([&g] { g.requested_credentials = nullptr; });
  emit_libvirt_auth(&g, uri);
}

Authentication authentication(guestfs_h& g, const std::string& uri) {
  if (g.supported_credentials.empty() || !listens(g, GUESTFS_EVENT_LIBVIRT_AUTH))
    return {};
  return {
      .supported = g.supported_credentials,
      .ask = [&g, uri](std::vector<Credential>& credentials) { ask_program(g, uri, credentials); }};
}

std::vector<Credential>& requested(guestfs_h& g, const char* call) {
  if (!g.requested_credentials)
    throw Error(
        Errc::Usage,
        cat(call,
            " should only be called from within the GUESTFS_EVENT_LIBVIRT_AUTH event handler"));
  return *g.requested_credentials;
}

Credential& requested(guestfs_h& g, const char* call, int32_t index) {
  std::vector<Credential>& all = requested(g, call);
  if (index < 0 || static_cast<size_t>(index) >= all.size())
    throw Error(Errc::Usage, "credential index out of range");
  return all[static_cast<size_t>(index)];
}

CredentialKind parse_kind(const std::string& word) {
  for (const auto& [name, kind] : kKinds)
    if (word == name)
      return kind;
  throw Error(Errc::Usage, cat("unknown credential type ‘", word, "’"));
}

std::string name_of(CredentialKind wanted) {
  for (const auto& [name, kind] : kKinds)
    if (kind == wanted)
      return name;
  return cat("unknown", static_cast<int>(wanted));  // of a later libvirt
}

}  // namespace

int32_t add_domain(guestfs_h& g, const std::string& dom, const AddDomainOptions& options) {
  const DomainAccess access = access_of(options);
  const std::string uri = options.libvirturi.value_or("");
  const DomainName domain{.name = dom,
                          .uuid_allowed = options.allowuuid.value_or(false),
                          .uri = uri,
                          .authentication = authentication(g, uri)};
  return add_all(g, drives_of_domain(domain, access), options);
}

int32_t add_libvirt_dom(guestfs_h& g, void* dom, const AddLibvirtDomOptions& options) {
  return add_all(g, drives_of_libvirt_domain(dom, access_of(options)), options);
}

void set_libvirt_supported_credentials(guestfs_h& g, const std::vector<std::string>& creds) {
  if (creds.size() > std::size(kKinds))
    throw Error(Errc::Usage, "list of supported credentials is too long");
  std::vector<CredentialKind> kinds;
  for (const std::string& word : creds) kinds.push_back(parse_kind(word));
  g.supported_credentials = std::move(kinds);
}

std::vector<std::string> get_libvirt_requested_credentials(guestfs_h& g) {
  std::vector<std::string> names;
  for (const Credential& credential : requested(g, "get_libvirt_requested_credentials"))
    names.push_back(name_of(credential.kind));
  return names;
}

std::string get_libvirt_requested_credential_prompt(guestfs_h& g, int32_t index) {
  return requested(g, "get_libvirt_requested_credential_prompt", index).prompt;
}
std::string get_libvirt_requested_credential_challenge(guestfs_h& g, int32_t index) {
  return requested(g, "get_libvirt_requested_credential_challenge", index).challenge;
}
std::string get_libvirt_requested_credential_defresult(guestfs_h& g, int32_t index) {
  return requested(g, "get_libvirt_requested_credential_defresult", index).default_result;
}
void set_libvirt_requested_credential(guestfs_h& g, int32_t index, std::string_view cred) {
  requested(g, "set_libvirt_requested_credential", index).result = std::string(cred);
}

}  // namespace glovebox::capi::handle_calls
