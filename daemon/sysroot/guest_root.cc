// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/guest_root.h"

#include <memory>
#include <utility>

#include "base/cat.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

constexpr int kRootNumber = 9;
constexpr const char* kGuestRootLibrary = "/usr/lib/glovebox/guest-root.so";

}  // namespace

Program in_guest_root(Program program) {
  base::UniqueFd root = open_sysroot();
  program.environment.push_back(base::cat("LD_PRELOAD=", kGuestRootLibrary));
  program.environment.push_back(base::cat("GLOVEBOX_GUEST_ROOT=", kRootNumber));
  program.keep = std::make_shared<base::UniqueFd>(std::move(root));
  program.descriptors.push_back({program.keep->get(), kRootNumber});
  return program;
}

}  // namespace glovebox::guestd
