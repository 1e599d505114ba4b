// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/mount.h"

#include <algorithm>

#include "base/cat.h"
#include "inspect/report/report_json.h"
#include "tools/common/cli/signals.h"
#include "tools/common/cli/usage_error.h"
#include "tools/common/guest/encrypted.h"
#include "tools/common/output/stream.h"

namespace glovebox::tools {
namespace {

using base::cat;

const std::vector<std::string> kChooseByHand = {
    "",
    "To read files without an operating system being recognised, say what to mount:",
    "  -m DEVICE[:DIRECTORY]",
    "`virt-inspector` shows what was found and what could not be read.",
};

void mount_replaying(Calls& guest, const MountRequest& request) {
  if (!request.fstype.empty())
    guest.mount_vfs(request.options, request.fstype, request.device, request.mountpoint);
  else if (!request.options.empty())
    guest.mount_options(request.options, request.device, request.mountpoint);
  else
    guest.mount_ro(request.device, request.mountpoint);
}

void mount_one(Calls& guest, const MountRequest& request, Damage damage, Messages& messages) {
  try {
    mount_replaying(guest, request);
  } catch (const Error& e) {
    if (damage != Damage::ReadPast || e.code() != Errc::Remote)
      throw;
    try {
      guest.internal_mount_unreplayed(request.options, request.fstype, request.device,
                                      request.mountpoint);
    } catch (const Error&) {
      throw e;
    }
    messages.warning(cat(e.what(), "; ", kInUse,
                         ", so it was mounted without replaying its journal: the newest changes "
                         "may be missing"));
  }
}

using Filesystems = std::vector<std::pair<std::string, std::string>>;

// Nothing if even asking fails.
Filesystems filesystems_of(Calls& guest) {
  try {
    return guest.list_filesystems();
  } catch (const Error&) {
    return {};
  }
}

void tell_mountable(Calls& guest, Messages& messages) {
  const Filesystems filesystems = filesystems_of(guest);
  if (filesystems.empty())
    return;
  messages.error("Did you mean to mount one of these filesystems?");
  for (const auto& [device, type] : filesystems) messages.error(cat("\t", device, " (", type, ")"));
}

// What was to be mounted may be inside of one of these; nothing if even asking fails.
void tell_closed(Calls& guest, const std::vector<KeySelector>& keys, Messages& messages) {
  std::vector<InternalEncrypted> containers;
  try {
    containers = guest.internal_list_encrypted();
  } catch (const Error&) {
    return;
  }
  for (const InternalEncrypted& container : containers) {
    const std::string why = unnamed_text(container, keys);
    messages.error(cat(container.device, ": it is encrypted (", type_text(container),
                       ") and was not opened, so its contents cannot be mounted; ",
                       why.empty() ? "give its key with --key" : why));
  }
}

void mount_as_requested(Calls& guest,
                        const GuestOptions& options,
                        Damage damage,
                        Messages& messages) {
  for (const MountRequest& request : options.mounts) {
    throw_if_signalled();
    try {
      mount_one(guest, request, damage, messages);
    } catch (const Error& e) {
      if (e.code() != Errc::Remote || damage == Damage::Throw)
        throw;
      messages.error(e.what());
      messages.error(cat("‘", request.device, "’ could not be mounted."));
      tell_mountable(guest, messages);
      tell_closed(guest, options.keys, messages);
      throw UsageError("", Then::Nothing);  // all is said
    }
  }
}

// Why there may be no operating system to see: problems name damaged and encrypted file systems.
void tell_problems(const inspect::Report& report, Messages& messages) {
  for (const inspect::Problem& problem : report.problems)
    messages.warning(cat(problem.where, ": ", problem.what));
}

[[noreturn]] void no_system(Calls& guest, const inspect::Report& report, Messages& messages) {
  tell_problems(report, messages);
  std::vector<std::string> advice = kChooseByHand;
  if (!guest.internal_list_encrypted().empty())
    advice.push_back("Give the key of an encrypted disk with --key.");
  throw UsageError(cat("no operating system was found on this disk", instead_of_a_system(guest)),
                   Then::Nothing, advice);
}

const inspect::OperatingSystem& only_system(Calls& guest,
                                            const inspect::Report& report,
                                            Messages& messages) {
  if (report.operatingsystems.size() == 1)
    return report.operatingsystems.front();
  if (report.operatingsystems.empty())
    no_system(guest, report, messages);
  std::vector<std::string> advice = {"", "Choose one with -m:"};
  for (const inspect::OperatingSystem& os : report.operatingsystems)
    advice.push_back(cat("  -m ", os.root, "    ", os.product_name));
  throw UsageError("multi-boot operating systems are not supported", Then::Nothing, advice);
}

void mount_system(Calls& guest,
                  const inspect::OperatingSystem& system,
                  Damage damage,
                  Messages& messages) {
  bool all_mounted = true;
  for (const inspect::Mountpoint& mountpoint : mount_order(system.mountpoints)) {
    throw_if_signalled();
    try {
      mount_one(guest, {.device = mountpoint.dev, .mountpoint = mountpoint.path}, damage, messages);
    } catch (const Error& e) {
      if (e.code() != Errc::Remote || damage == Damage::Throw || mountpoint.path == "/")
        throw;
      messages.error(e.what());
      all_mounted = false;
    }
  }
  if (!all_mounted)
    messages.error("some filesystems could not be mounted (ignored)");
}

}  // namespace

inspect::Report inspect_guest(Calls& guest, Applications applications, Icon icon, Damage damage) {
  const InternalInspectOptions options{.noapplications = applications == Applications::No,
                                       .noicon = icon == Icon::No};
  const std::string json =
      collect([&](const LocalFile& file) { guest.internal_inspect(file, options); },
              inspect::kMaxReportBytes);
  inspect::Report report = inspect::from_json(json);
  if (damage == Damage::Tell || !guest.internal_met_damage())
    return report;
  if (damage == Damage::Throw)
    throw Error(Errc::Corrupt, "inspection found damage");
  report.problems.push_back(
      {"the guest's disks", cat(kInUse, ": it may only be data that is still being written")});
  return report;
}

std::string instead_of_a_system(Calls& guest) {
  constexpr size_t kMostReported = 10;
  const Filesystems filesystems = filesystems_of(guest);
  std::string text;
  for (size_t i = 0; i < std::min(filesystems.size(), kMostReported); ++i)
    text += cat(i == 0 ? ", only " : ", ", filesystems[i].first, " (", filesystems[i].second, ")");
  if (filesystems.size() > kMostReported)
    text += cat(" and ", filesystems.size() - kMostReported, " more");
  return text;
}

std::vector<inspect::Mountpoint> mount_order(std::vector<inspect::Mountpoint> mountpoints) {
  std::stable_sort(mountpoints.begin(), mountpoints.end(),
                   [](const auto& a, const auto& b) { return a.path.size() < b.path.size(); });
  return mountpoints;
}

void mount_guest(Calls& guest, const GuestOptions& options, Damage damage, Messages& messages) {
  if (!options.mounts.empty())
    return mount_as_requested(guest, options, damage, messages);
  inspect::Report report = inspect_guest(guest, Applications::No, Icon::No, damage);
  explain_closed(guest, options.keys, report);
  mount_system(guest, only_system(guest, report, messages), damage, messages);
}

}  // namespace glovebox::tools
