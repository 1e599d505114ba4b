// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: programs of the guest, run in the guest's tree (appliance/enter_guest.cc).
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/text_dump.h"
#include "daemon/process/pipeline.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kEnterGuest = "/usr/lib/glovebox/enter-guest";

void require_allowed(const Appliance& app) {
  app.mounts.require_any();
  if (app.devices.all_readonly() && !app.guest_programs_allowed)
    throw Error(Errc::Denied,
                "programs of the guest do not run on a read-only handle, unless the backend "
                "setting run_guest_programs is set",
                EPERM);
}

std::string run_in_guest(Appliance& app,
                         const std::vector<std::string>& arguments,
                         Progress& progress) {
  if (arguments.empty())
    throw Error(Errc::Usage, "passed an empty list", EINVAL);
  require_allowed(app);
  const Arguments argv =
      Arguments{kEnterGuest}.add_if(app.has_network, "--network").add(kSysroot).add_all(arguments);
  return run_pipeline({{.argv = argv, .about = arguments.front()}}, base::UniqueFd(), kMaxTextBytes,
                      &progress);
}

}  // namespace

void internal_allow_guest_programs(Appliance& app) {
  app.guest_programs_allowed = true;
}

std::string command(Appliance& app, const std::vector<std::string>& arguments, Progress& progress) {
  return run_in_guest(app, arguments, progress);
}

std::vector<std::string> command_lines(Appliance& app,
                                       const std::vector<std::string>& arguments,
                                       Progress& progress) {
  return lines_of(run_in_guest(app, arguments, progress));
}

std::string sh(Appliance& app, const std::string& command, Progress& progress) {
  return run_in_guest(app, {"/bin/sh", "-c", command}, progress);
}

std::vector<std::string> sh_lines(Appliance& app, const std::string& command, Progress& progress) {
  return lines_of(sh(app, command, progress));
}

}  // namespace glovebox::guestd
