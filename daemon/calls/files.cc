// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the contents and attributes of single files.
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"
#include "proto/message.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kNewFileMode = 0666;
constexpr mode_t kPermissionBits = 07777;

void write_to(const Appliance& app, const std::string& path, std::string_view content, int flags) {
  app.mounts.require_any();
  base::UniqueFd fd = open_in_guest(path, O_WRONLY | O_CREAT | flags, kNewFileMode);
  base::write_all(fd.get(), content, base::escape(path));
  base::with_context(base::escape(path), [&] { fd.close(); });
}

void require_not_negative(int64_t value, const char* what) {
  if (value < 0)
    throw Error(Errc::Usage, std::string(what) + " is negative", EINVAL);
}

}  // namespace

std::string pread(Appliance& app, const std::string& path, int32_t count, int64_t offset) {
  app.mounts.require_any();
  std::string content(checked_count(count, path), '\0');
  require_not_negative(offset, "offset");
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  content.resize(base::pread_some(fd.get(), content.data(), content.size(),
                                  static_cast<uint64_t>(offset), base::escape(path)));
  return content;
}

int32_t pwrite(Appliance& app, const std::string& path, std::string_view content, int64_t offset) {
  app.mounts.require_any();
  require_not_negative(offset, "offset");
  base::UniqueFd fd = open_in_guest(path, O_WRONLY);
  const ssize_t written = ::pwrite(fd.get(), content.data(), content.size(), offset);
  if (written < 0)
    throw_guest_errno(path);
  base::with_context(base::escape(path), [&] { fd.close(); });
  return static_cast<int32_t>(written);
}

void internal_write(Appliance& app, const std::string& path, std::string_view content) {
  write_to(app, path, content, O_TRUNC);
}

void internal_write_append(Appliance& app, const std::string& path, std::string_view content) {
  write_to(app, path, content, O_APPEND);
}

void touch(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(path, O_WRONLY | O_CREAT, kNewFileMode);
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0)
    throw_guest_errno(path);
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::Usage, base::escape(path) + ": touch can only be used on a regular file",
                EINVAL);
  if (::futimens(fd.get(), nullptr) != 0)
    throw_guest_errno(path);
}

void chmod(Appliance& app, int32_t mode, const std::string& path) {
  app.mounts.require_any();
  if (mode < 0)
    throw Error(Errc::Usage, base::escape(path) + ": mode is negative", EINVAL);
  const base::UniqueFd fd =
      open_in_guest(path, O_PATH);  // fchmod would refuse it; its path will do
  if (::chmod(path_of(fd).c_str(), static_cast<mode_t>(mode) & kPermissionBits) != 0)
    throw_guest_errno(path);
}

void chown(Appliance& app, int32_t owner, int32_t group, const std::string& path) {
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(path, O_PATH);
  if (::fchownat(fd.get(), "", static_cast<uid_t>(owner), static_cast<gid_t>(group),
                 AT_EMPTY_PATH) != 0)
    throw_guest_errno(path);
}

void truncate_size(Appliance& app, const std::string& path, int64_t size) {
  app.mounts.require_any();
  require_not_negative(size, "size");
  const base::UniqueFd fd = open_in_guest(path, O_WRONLY);
  if (::ftruncate(fd.get(), size) != 0)
    base::with_context("ftruncate", [&] { throw_guest_errno(path); });
}

void rm(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(path);
  if (::unlinkat(entry.directory.get(), entry.name.c_str(), 0) != 0)
    throw_guest_errno(path);
}

void rm_f(Appliance& app, const std::string& path) {
  try {
    rm(app, path);
  } catch (const Error& e) {
    if (e.errnum() != ENOENT)
      throw;
  }
}

void ln_s(Appliance& app, const std::string& target, const std::string& linkname) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(linkname);
  if (::symlinkat(target.c_str(), entry.directory.get(), entry.name.c_str()) != 0)
    throw_guest_errno(linkname);
}

std::string realpath(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return real_path_of(open_in_guest(path, O_PATH));
}

}  // namespace glovebox::guestd
