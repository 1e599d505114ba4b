// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the SELinux context of guestd, which is there only if the kernel has SELinux. It is what
// programs get that guestd starts.
#include "guestd/functions/selinux.h"

#include <fcntl.h>

#include "base/files.h"
#include "daemon/appliance.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kContext = "/proc/self/attr/current";
constexpr size_t kMaxContextBytes = 4096;

}  // namespace

std::string getcon(Appliance&) {
  std::string context = base::read_file(kContext, kMaxContextBytes);
  return context.substr(0, context.find('\0'));
}

void setcon(Appliance&, const std::string& context) {
  base::write_all(base::open_file(kContext, O_WRONLY).get(), context, kContext);
}

}  // namespace glovebox::guestd
