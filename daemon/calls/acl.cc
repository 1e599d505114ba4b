// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: access control lists and capabilities of files, by libacl and libcap. Both take paths
// only;
// "/proc/self/fd/N" is the path of a file that is open already.
#include <fcntl.h>
#include <sys/acl.h>
#include <sys/capability.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/c_pointer.h"
#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

using Acl = base::CPointer<std::remove_pointer_t<acl_t>, ::acl_free>;
using Capabilities = base::CPointer<std::remove_pointer_t<cap_t>, ::cap_free>;

acl_type_t type_of_acl(const std::string& name) {
  if (name == "access")
    return ACL_TYPE_ACCESS;
  if (name == "default")
    return ACL_TYPE_DEFAULT;
  throw Error(Errc::Usage, base::cat("invalid acltype parameter: ", base::escape(name)), EINVAL);
}

base::UniqueFd open_file(const Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return open_in_guest(path, O_PATH);
}

}  // namespace

std::string acl_get_file(Appliance& app, const std::string& path, const std::string& acltype) {
  const acl_type_t type = type_of_acl(acltype);
  const base::UniqueFd fd = open_file(app, path);
  const Acl acl(::acl_get_file(path_of(fd).c_str(), type));
  if (!acl)
    throw_guest_errno(path);
  const base::CPointer<char, ::acl_free> text(::acl_to_text(acl.get(), nullptr));
  if (!text)
    throw_guest_errno(path);
  return text.get();
}

void acl_set_file(Appliance& app,
                  const std::string& path,
                  const std::string& acltype,
                  const std::string& acl) {
  const acl_type_t type = type_of_acl(acltype);
  const base::UniqueFd fd = open_file(app, path);
  const Acl parsed(::acl_from_text(acl.c_str()));
  if (!parsed)
    throw Error(
        Errc::Usage,
        base::cat("could not parse acl string: ", base::escape(acl), ": ", base::errno_text(errno)),
        errno);
  if (::acl_set_file(path_of(fd).c_str(), type, parsed.get()) != 0)
    throw_guest_errno(path);
}

void acl_delete_def_file(Appliance& app, const std::string& dir) {
  const base::UniqueFd fd = open_file(app, dir);
  if (::acl_delete_def_file(path_of(fd).c_str()) != 0)
    throw_guest_errno(dir);
}

std::string cap_get_file(Appliance& app, const std::string& path) {
  const base::UniqueFd fd = open_file(app, path);
  const Capabilities capabilities(::cap_get_file(path_of(fd).c_str()));
  if (!capabilities && errno == ENODATA)
    return "";
  if (!capabilities)
    throw_guest_errno(path);
  const base::CPointer<char, ::cap_free> text(::cap_to_text(capabilities.get(), nullptr));
  if (!text)
    throw_guest_errno(path);
  return text.get();
}

// By descriptor: libcap refuses "/proc/self/fd/N", which is a link.
void cap_set_file(Appliance& app, const std::string& path, const std::string& cap) {
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  const Capabilities capabilities(::cap_from_text(cap.c_str()));
  if (!capabilities)
    throw Error(Errc::Usage, base::cat("could not parse cap string: ", base::escape(cap)), EINVAL);
  if (::cap_set_fd(fd.get(), capabilities.get()) != 0)
    throw_guest_errno(path);
}

}  // namespace glovebox::guestd
