// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: making files of every kind, and their names.
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <functional>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kPermissionBits = 07777;
constexpr int32_t kMaskBits = 0777;
constexpr std::string_view kPlaceholder = "XXXXXX";
constexpr int kMaxAttempts = 1000;

mode_t permission_bits(int32_t mode) {
  if (mode < 0 || (static_cast<mode_t>(mode) & ~kPermissionBits)) {
    char octal[16];
    snprintf(octal, sizeof octal, "%o", static_cast<unsigned>(mode));
    throw Error(Errc::Usage, base::cat(octal, ": mode must specify only file permission bits"),
                EINVAL);
  }
  return static_cast<mode_t>(mode);
}

void make_node(const Appliance& app,
               const std::string& path,
               mode_t mode,
               int32_t devmajor,
               int32_t devminor) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(path);
  if (::mknodat(entry.directory.get(), entry.name.c_str(), mode,
                makedev(static_cast<unsigned>(devmajor), static_cast<unsigned>(devminor))) != 0)
    throw_guest_errno(path);
}

std::string random_name() {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::array<unsigned char, kPlaceholder.size()> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    base::throw_errno("getrandom");
  std::string name;
  for (const unsigned char byte : bytes) name += kLetters[byte % kLetters.size()];
  return name;
}

// Replaces the placeholder until `make` succeeds or fails with something else than EEXIST.
std::string make_unique_name(const std::string& tmpl,
                             const std::string& suffix,
                             const std::function<int(const GuestEntry&)>& make) {
  if (!tmpl.ends_with(kPlaceholder)) {
    errno = EINVAL;
    throw_guest_errno(tmpl);
  }
  find_entry(tmpl + suffix);  // a directory that is not there is told by the template
  for (int attempt = 0;; ++attempt) {
    const std::string path =
        tmpl.substr(0, tmpl.size() - kPlaceholder.size()) + random_name() + suffix;
    if (make(find_entry(path)) == 0)
      return path;
    if (errno != EEXIST || attempt == kMaxAttempts)
      throw_guest_errno(tmpl + suffix);
  }
}

void make_link(const Appliance& app, const std::string& target, const std::string& linkname) {
  app.mounts.require_any();
  const GuestEntry from = find_entry(target.starts_with('/') ? target : "/" + target);
  const GuestEntry to = find_entry(linkname);
  if (::linkat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str(), 0) !=
      0)
    throw_guest_errno(base::cat(target, ": ", linkname));
}

// A link may take the place of any file, as it does with `ln -f`; not of a directory.
void make_way(const std::string& linkname) {
  const GuestEntry entry = find_entry(linkname);
  if (::unlinkat(entry.directory.get(), entry.name.c_str(), 0) != 0 && errno != ENOENT)
    throw_guest_errno(linkname);
}

bool same_file(const std::string& target, const std::string& linkname) {
  const base::UniqueFd root = open_sysroot();
  const base::UniqueFd one(try_open_beneath(root.get(), target, O_PATH | O_NOFOLLOW));
  const base::UniqueFd two(try_open_beneath(root.get(), linkname, O_PATH | O_NOFOLLOW));
  struct stat first = {}, second = {};
  return one.valid() && two.valid() && ::fstat(one.get(), &first) == 0 &&
         ::fstat(two.get(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

}  // namespace

void mkdir_mode(Appliance& app, const std::string& path, int32_t mode) {
  app.mounts.require_any();
  if (mode < 0)
    throw Error(Errc::Usage, base::escape(path) + ": mode is negative", EINVAL);
  const GuestEntry entry = find_entry(path);
  if (::mkdirat(entry.directory.get(), entry.name.c_str(), static_cast<mode_t>(mode)) != 0)
    throw_guest_errno(path);
}

std::string mkdtemp(Appliance& app, const std::string& tmpl) {
  app.mounts.require_any();
  return make_unique_name(tmpl, "", [](const GuestEntry& entry) {
    return ::mkdirat(entry.directory.get(), entry.name.c_str(), 0700);
  });
}

std::string mktemp(Appliance& app, const std::string& tmpl, const MktempOptions& optargs) {
  app.mounts.require_any();
  return make_unique_name(tmpl, optargs.suffix.value_or(""), [](const GuestEntry& entry) {
    const base::UniqueFd fd(::openat(entry.directory.get(), entry.name.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    return fd.valid() ? 0 : -1;
  });
}

void mknod(
    Appliance& app, int32_t mode, int32_t devmajor, int32_t devminor, const std::string& path) {
  if (mode < 0)
    throw Error(Errc::Usage, base::escape(path) + ": mode is negative", EINVAL);
  make_node(app, path, static_cast<mode_t>(mode), devmajor, devminor);
}

void mkfifo(Appliance& app, int32_t mode, const std::string& path) {
  make_node(app, path, permission_bits(mode) | S_IFIFO, 0, 0);
}

void mknod_b(
    Appliance& app, int32_t mode, int32_t devmajor, int32_t devminor, const std::string& path) {
  make_node(app, path, permission_bits(mode) | S_IFBLK, devmajor, devminor);
}

void mknod_c(
    Appliance& app, int32_t mode, int32_t devmajor, int32_t devminor, const std::string& path) {
  make_node(app, path, permission_bits(mode) | S_IFCHR, devmajor, devminor);
}

int32_t umask(Appliance&, int32_t mask) {
  if (mask < 0 || mask > kMaskBits) {
    char octal[16];
    snprintf(octal, sizeof octal, "0%o", static_cast<unsigned>(mask));
    throw Error(Errc::Usage, base::cat(octal, ": mask negative or out of range"), EINVAL);
  }
  return static_cast<int32_t>(::umask(static_cast<mode_t>(mask)));
}

int32_t get_umask(Appliance&) {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<int32_t>(mask);
}

void rename(Appliance& app, const std::string& oldpath, const std::string& newpath) {
  app.mounts.require_any();
  const GuestEntry from = find_entry(oldpath);
  const GuestEntry to = find_entry(newpath);
  if (::renameat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str()) != 0)
    throw_guest_errno(base::cat(oldpath, ": ", newpath));
}

void ln(Appliance& app, const std::string& target, const std::string& linkname) {
  make_link(app, target, linkname);
}

void ln_f(Appliance& app, const std::string& target, const std::string& linkname) {
  app.mounts.require_any();
  find_entry(target.starts_with('/') ? target : "/" + target);
  if (same_file(target, linkname))
    return;
  make_way(linkname);
  make_link(app, target, linkname);
}

void ln_sf(Appliance& app, const std::string& target, const std::string& linkname) {
  app.mounts.require_any();
  make_way(linkname);
  ln_s(app, target, linkname);
}

void lchown(Appliance& app, int32_t owner, int32_t group, const std::string& path) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(path);
  if (::fchownat(entry.directory.get(), entry.name.c_str(), static_cast<uid_t>(owner),
                 static_cast<gid_t>(group), AT_SYMLINK_NOFOLLOW) != 0)
    throw_guest_errno(path);
}

void utimens(Appliance& app,
             const std::string& path,
             int64_t atsecs,
             int64_t atnsecs,
             int64_t mtsecs,
             int64_t mtnsecs) {
  app.mounts.require_any();
  const auto time_of = [](int64_t seconds, int64_t nanoseconds) {
    return timespec{.tv_sec = nanoseconds < 0 ? 0 : seconds,
                    .tv_nsec = nanoseconds == -1   ? UTIME_NOW
                               : nanoseconds == -2 ? UTIME_OMIT
                                                   : nanoseconds};
  };
  const timespec times[2] = {time_of(atsecs, atnsecs), time_of(mtsecs, mtnsecs)};
  const base::UniqueFd fd = open_in_guest(path, O_PATH);
  if (::utimensat(AT_FDCWD, path_of(fd).c_str(), times, 0) != 0)
    throw_guest_errno(path);
}

}  // namespace glovebox::guestd
