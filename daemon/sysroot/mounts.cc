// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxMountDataBytes = 4095;  // the kernel takes one page
constexpr auto kHelperTimeout = std::chrono::seconds(60);

struct NoReplay {
  std::string_view type;
  std::string_view option;
};
constexpr NoReplay kNoReplay[] = {{"ext3", "noload"},
                                  {"ext4", "noload"},
                                  {"xfs", "norecovery"},
                                  {"btrfs", "rescue=nologreplay"},
                                  {"nilfs2", "norecovery"}};

void append_option(std::string& data, std::string_view option) {
  if (!data.empty())
    data += ',';
  data += option;
}

bool has_option(const std::string& data, std::string_view wanted) {
  const std::vector<std::string> options = base::split(data, ',');
  return std::any_of(options.begin(), options.end(), [&](const std::string& option) {
    return option == wanted || option.starts_with(std::string(wanted) + "=");
  });
}

bool kernel_knows(const std::string& type) {
  const std::string known = base::read_file("/proc/filesystems", 64 << 10);
  return known.find("\t" + type + "\n") != std::string::npos;
}

// Two clones of one volume may be open at once: their XFS UUIDs are the same, and that is no reason
// to refuse.
std::string data_for(const MountRequest& request, std::string_view type) {
  std::string data = request.options.data;
  if (type == "xfs" && !has_option(data, "nouuid"))
    append_option(data, "nouuid");
  if (!request.what.subvolume.empty())
    append_option(data, "subvol=" + request.what.subvolume);
  return data;
}

// {kernel's type, option that goes with it}, to be tried in turn.
std::vector<std::pair<std::string, std::string>> kernel_types(const std::string& type) {
  if (type == "ufs")
    return {{"ufs", "ufstype=ufs2"}, {"ufs", "ufstype=44bsd"}};
  if (type == "ntfs" && kernel_knows("ntfs3"))
    return {{"ntfs3", ""}};
  if (type == "ext4dev")
    return {{"ext4", ""}};
  return {{type, ""}};
}

void mount_with_ntfs3g(const MountRequest& request, const std::string& target) {
  std::string options = request.options.flags & MS_RDONLY ? "ro" : "rw";
  if (!request.options.data.empty())
    append_option(options, request.options.data);
  // The helper looks at the mount point with its own eyes: "/proc/self" has to mean us, not it.
  const std::string_view self = "/proc/self/";
  const std::string point = target.starts_with(self)
                                ? base::cat("/proc/", ::getpid(), "/", target.substr(self.size()))
                                : target;
  const base::RunResult result = base::run(
      {.argv = {"ntfs-3g", "-o", options, request.device.name, point}, .timeout = kHelperTimeout});
  if (!result.exit.ok()) {
    const std::vector<std::string> lines = base::split(base::trim(result.stderr_text), '\n');
    throw Error(Errc::System, base::cat("ntfs-3g: ", base::escape(lines.front())), EIO);
  }
}

// mount(2) answers EINVAL for all that is wrong with a superblock; people need more words than
// "Invalid argument".
std::string reason_for(int errnum, const MountRequest& request) {
  if (errnum == EINVAL)
    return base::cat("wrong fs type (", request.type, "), bad option or bad superblock on ",
                     request.device.name);
  if (errnum == EUCLEAN)
    return base::cat("the ", request.type, " file system on ", request.device.name, " is damaged");
  if (errnum == ENODEV)
    return base::cat("unknown filesystem type '", base::escape(request.type), "'");
  return base::errno_text(errnum);
}

bool is_writable(const MountFlags& options) {
  return (options.flags & MS_RDONLY) == 0;
}

int umount_retrying(const std::string& target, int flags) {
  int result;
  do {
    result = ::umount2(target.c_str(), flags | UMOUNT_NOFOLLOW);
  } while (result != 0 && errno == EINTR);
  return result;
}

}  // namespace

std::string no_replay_option(const std::string& type) {
  for (const NoReplay& known : kNoReplay)
    if (known.type == type)
      return std::string(known.option);
  return {};
}

void mount_device(const MountRequest& request, const std::string& target) {
  if (request.type.empty())
    throw Error(Errc::System, base::cat("no file system was recognised on ", request.device.name),
                EINVAL);
  if (request.type == "ntfs" && !kernel_knows("ntfs3"))
    return mount_with_ntfs3g(request, target);
  int errnum = 0;
  for (const auto& [type, extra] : kernel_types(request.type)) {
    std::string data = data_for(request, type);
    if (!extra.empty() && !has_option(data, "ufstype"))
      append_option(data, extra);
    if (data.size() > kMaxMountDataBytes)
      throw Error(Errc::Usage, "the mount options are too long", EINVAL);
    if (::mount(request.device.name.c_str(), target.c_str(), type.c_str(), request.options.flags,
                data.c_str()) == 0)
      return;
    errnum = errno;
  }
  throw Error(Errc::System, reason_for(errnum, request), errnum);
}

MountRequest mount_or_only_read(const MountRequest& request, const std::string& target) {
  try {
    mount_device(request, target);
    return request;
  } catch (const Error& e) {
    const bool write_protected = e.errnum() == EACCES || e.errnum() == EROFS;
    if (!write_protected || !is_writable(request.options) || (request.options.flags & MS_REMOUNT))
      throw;
  }
  MountRequest only_read = request;
  only_read.options.flags |= MS_RDONLY;
  base::with_context("the device is write-protected, and mounting for reading failed",
                     [&] { mount_device(only_read, target); });
  return only_read;
}

void Mounts::add(const MountRequest& request, const std::string& point) {
  const base::UniqueFd target = open_in_guest(point, O_PATH | O_DIRECTORY);
  const std::string real = real_path_of(target);
  const std::string path = real == "/" ? kSysroot : kSysroot + real;
  const MountRequest mounted = mount_or_only_read(request, path_of(target));
  if (request.options.flags & MS_REMOUNT)
    return;
  entries_.push_back({.mountable = to_string(request.what),
                      .point = real,
                      .target = path,
                      .device = request.device.number,
                      .writable = is_writable(mounted.options)});
}

void Mounts::unmount(const Entry& entry, int umount_flags) {
  if (umount_retrying(entry.target, umount_flags) != 0) {
    const int errnum = errno;
    throw Error(Errc::System, base::cat(base::escape(entry.point), ": ", base::errno_text(errnum)),
                errnum);
  }
}

void Mounts::remove(const std::string& point_or_mountable, int umount_flags) {
  // The last one first: a mount point may have been used twice.
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
    return entry.point == point_or_mountable || entry.mountable == point_or_mountable;
  });
  if (found == entries_.rend())
    throw Error(Errc::Usage, base::cat(base::escape(point_or_mountable), ": not mounted"), EINVAL);
  unmount(*found, umount_flags);
  entries_.erase(std::next(found).base());
}

void Mounts::set_writable(const std::string& point, bool writable) {
  const base::UniqueFd directory = open_in_guest(point, O_PATH | O_DIRECTORY);
  const unsigned long flags =
      MS_REMOUNT | MS_NODEV | MS_NOSUID | MS_NOEXEC | (writable ? 0 : MS_RDONLY);
  if (::mount(nullptr, path_of(directory).c_str(), nullptr, flags, nullptr) != 0) {
    if (errno == EACCES)
      throw Error(Errc::System, base::cat(base::escape(point), ": the device is write-protected"),
                  EACCES);
    throw_guest_errno(point);
  }
  const std::string real = real_path_of(directory);
  for (Entry& entry : entries_)
    if (entry.point == real)
      entry.writable = entry.writable || writable;  // something may have been written before
}

void Mounts::remove_all() {
  while (!entries_.empty()) {
    unmount(entries_.back(), 0);
    entries_.pop_back();
  }
}

void Mounts::require_any() const {
  if (!any())
    throw Error(Errc::Usage, "you must call 'mount' first to mount the root filesystem", EINVAL);
}

bool Mounts::uses(const BlockDevice& device) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.device == device.number; });
}

}  // namespace glovebox::guestd
