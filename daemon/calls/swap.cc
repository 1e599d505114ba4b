// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: swap space.
#include "guestd/functions/swap.h"

#include <fcntl.h>
#include <sys/swap.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/block/find_filesystem.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

void make_swap(const std::string& path, const std::string& about, const MkswapOptions& options) {
  run_program({.argv = Arguments{"mkswap", "-f"}
                           .add_option("-L", options.label)
                           .add_option("-U", options.uuid)
                           .add("--", path),
               .about = about});
}

// Programs look at "/proc/self" with their own eyes: the file is named by our process's number.
std::string path_for_programs(const base::UniqueFd& fd) {
  return base::cat("/proc/", ::getpid(), "/fd/", fd.get());
}

base::UniqueFd open_swap_file(const Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return without_errno([&] { return open_in_guest(path, O_RDWR); });
}

void swap_on(const std::string& path, const std::string& about) {
  if (::swapon(path.c_str(), 0) != 0)
    refuse(base::cat(about, ": swapon failed: ", base::errno_text(errno)));
}

void swap_off(const std::string& path, const std::string& about) {
  if (::swapoff(path.c_str()) != 0)
    refuse(base::cat(about, ": swapoff failed: ", base::errno_text(errno)));
}

}  // namespace

void mkswap(Appliance& app, const std::string& device, const MkswapOptions& optargs) {
  const DeviceChange change(app, device);
  change.wipe_signatures();
  make_swap(change.name(), change.name(), optargs);
}

void mkswap_L(Appliance& app, const std::string& label, const std::string& device) {
  mkswap(app, device, {.label = label});
}

void mkswap_U(Appliance& app, const std::string& uuid, const std::string& device) {
  mkswap(app, device, {.uuid = uuid});
}

void mkswap_file(Appliance& app, const std::string& path) {
  const base::UniqueFd file = open_swap_file(app, path);
  make_swap(path_for_programs(file), base::escape(path), {});
}

void swapon_device(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  swap_on(change.name(), change.name());
}

void swapoff_device(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  swap_off(change.name(), change.name());
}

void swapon_file(Appliance& app, const std::string& file) {
  swap_on(path_of(open_swap_file(app, file)), base::escape(file));
}

void swapoff_file(Appliance& app, const std::string& file) {
  swap_off(path_of(open_swap_file(app, file)), base::escape(file));
}

void swapon_label(Appliance& app, const std::string& label) {
  swapon_device(app, find_filesystem(app.assembly, &Content::label, label));
}

void swapoff_label(Appliance& app, const std::string& label) {
  swapoff_device(app, find_filesystem(app.assembly, &Content::label, label));
}

void swapon_uuid(Appliance& app, const std::string& uuid) {
  swapon_device(app, find_filesystem(app.assembly, &Content::uuid, uuid));
}

void swapoff_uuid(Appliance& app, const std::string& uuid) {
  swapoff_device(app, find_filesystem(app.assembly, &Content::uuid, uuid));
}

}  // namespace glovebox::guestd
