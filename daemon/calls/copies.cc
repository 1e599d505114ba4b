// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: copies of files, devices and trees, within the guest.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/process/pipeline.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/guest_root.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxComplaints = 1 << 20;

void run_cp(Appliance& app,
            const char* how,
            const std::string& src,
            const std::string& dest,
            Progress& progress) {
  app.mounts.require_any();
  find_entry(src);  // an error of its own for a path that is none
  run_pipeline({in_guest_root({.argv = {"cp", how, "--", src, dest}})}, base::UniqueFd(),
               kMaxComplaints, &progress);
}

uint64_t offset_of(const std::optional<int64_t>& offset, const char* what) {
  if (offset.value_or(0) < 0)
    throw Error(Errc::Usage, base::cat(what, " is negative"), EINVAL);
  return static_cast<uint64_t>(offset.value_or(0));
}

// Both as well as it goes: the error that made it necessary is the one to tell.
void cut_off(const base::UniqueFd& fd, uint64_t size_bytes) {
  [[maybe_unused]] const int result = ::ftruncate(fd.get(), static_cast<off_t>(size_bytes));
}

void remove_file(const std::string& path) {
  const GuestEntry entry = find_entry(path);
  ::unlinkat(entry.directory.get(), entry.name.c_str(), 0);
}

// Emptying the destination first would empty the source.
void refuse_itself(const base::UniqueFd& source, const std::string& src, const std::string& dest) {
  struct stat one = {}, other = {};
  const base::UniqueFd there(try_open_beneath(open_sysroot().get(), dest, O_PATH));
  if (::fstat(source.get(), &one) == 0 && S_ISREG(one.st_mode) && there.valid() &&
      ::fstat(there.get(), &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino)
    throw Error(Errc::Usage,
                base::cat(base::escape(src), " and ", base::escape(dest), " are the same file"),
                EINVAL);
}

// What becomes of a file that was to be made, or added to, when the copying fails.
enum class Half { Stays, Goes };

// The four calls differ in what their names may be; their options are alike.
template <typename Options>
void copy_from_to(Appliance& app,
                  const std::string& src,
                  const std::string& dest,
                  const Options& optargs,
                  Progress& progress,
                  Half half = Half::Stays) {
  const uint64_t source_offset = offset_of(optargs.srcoffset, "srcoffset");
  const uint64_t destination_offset = offset_of(optargs.destoffset, "destoffset");
  if (optargs.size && *optargs.size < -1)
    throw Error(Errc::Usage, "size is negative", EINVAL);
  const bool to_the_end = optargs.size.value_or(-1) == -1;
  const Source source = open_source(app.assembly, app.mounts, src);
  const uint64_t left = source.size_bytes > source_offset ? source.size_bytes - source_offset : 0;
  const bool append = optargs.append.value_or(false);
  if (!append && !names_device(dest))
    refuse_itself(source.fd, src, dest);
  base::UniqueFd to = open_destination(app, dest, O_CREAT | (append ? 0 : O_TRUNC));
  const uint64_t end = append ? size_of(to, dest) : 0;
  try {
    copy_bytes(source.fd, src, to, dest,
               {.source_offset = source_offset,
                .destination_offset = append ? end : destination_offset,
                .size_bytes = to_the_end ? left : static_cast<uint64_t>(*optargs.size),
                .sparse = optargs.sparse.value_or(false)},
               progress);
  } catch (...) {
    if (half == Half::Goes && append)
      cut_off(to, end);
    else if (half == Half::Goes)
      remove_file(dest);
    throw;
  }
  base::with_context(base::escape(dest), [&] { to.close(); });
}

void copy_all_xattrs(const base::UniqueFd& from, const base::UniqueFd& to, const std::string& src) {
  std::string names(XATTR_LIST_MAX, '\0');
  const ssize_t length = ::listxattr(path_of(from).c_str(), names.data(), names.size());
  if (length < 0 && errno != ENOTSUP)
    throw_guest_errno(src);
  names.resize(static_cast<size_t>(std::max<ssize_t>(length, 0)));
  for (const std::string& name : base::split(names, '\0')) {
    if (name.empty())
      continue;
    std::string value(XATTR_SIZE_MAX, '\0');
    const ssize_t size =
        ::getxattr(path_of(from).c_str(), name.c_str(), value.data(), value.size());
    if (size < 0 || ::setxattr(path_of(to).c_str(), name.c_str(), value.data(),
                               static_cast<size_t>(size), 0) != 0)
      throw_guest_errno(base::cat(src, ": ", name));
  }
}

}  // namespace

void cp(Appliance& app, const std::string& src, const std::string& dest, Progress& progress) {
  run_cp(app, "--no-preserve=all", src, dest, progress);
}

void cp_a(Appliance& app, const std::string& src, const std::string& dest, Progress& progress) {
  run_cp(app, "-a", src, dest, progress);
}

void cp_r(Appliance& app, const std::string& src, const std::string& dest, Progress& progress) {
  run_cp(app, "-rP", src, dest, progress);
}

void dd(Appliance& app, const std::string& src, const std::string& dest, Progress& progress) {
  copy_from_to(app, src, dest, CopyFileToFileOptions{}, progress);
}

void copy_size(Appliance& app,
               const std::string& src,
               const std::string& dest,
               int64_t size,
               Progress& progress) {
  if (size < 0)
    throw Error(Errc::Usage, "size is negative", EINVAL);
  copy_from_to(app, src, dest, CopyFileToFileOptions{.size = size}, progress);
}

void copy_device_to_device(Appliance& app,
                           const std::string& src,
                           const std::string& dest,
                           const CopyDeviceToDeviceOptions& optargs,
                           Progress& progress) {
  CopyDeviceToDeviceOptions options = optargs;
  options.append = false;  // a device has no end to add to
  copy_from_to(app, src, dest, options, progress);
}

void copy_device_to_file(Appliance& app,
                         const std::string& src,
                         const std::string& dest,
                         const CopyDeviceToFileOptions& optargs,
                         Progress& progress) {
  copy_from_to(app, src, dest, optargs, progress);
}

void copy_file_to_device(Appliance& app,
                         const std::string& src,
                         const std::string& dest,
                         const CopyFileToDeviceOptions& optargs,
                         Progress& progress) {
  CopyFileToDeviceOptions options = optargs;
  options.append = false;
  copy_from_to(app, src, dest, options, progress);
}

void copy_file_to_file(Appliance& app,
                       const std::string& src,
                       const std::string& dest,
                       const CopyFileToFileOptions& optargs,
                       Progress& progress) {
  copy_from_to(app, src, dest, optargs, progress, Half::Goes);
}

void copy_attributes(Appliance& app,
                     const std::string& src,
                     const std::string& dest,
                     const CopyAttributesOptions& optargs) {
  app.mounts.require_any();
  const bool all = optargs.all.value_or(false);
  const base::UniqueFd from = open_in_guest(src, O_PATH);
  const base::UniqueFd to = open_in_guest(dest, O_PATH);
  struct stat status = {};
  if (::fstat(from.get(), &status) != 0)
    throw_guest_errno(src);
  // A new owner clears set-user-ID bits and capabilities: it comes first.
  if (optargs.ownership.value_or(all) &&
      ::fchownat(to.get(), "", status.st_uid, status.st_gid, AT_EMPTY_PATH) != 0)
    throw_guest_errno(dest);
  if (optargs.mode.value_or(all) && ::chmod(path_of(to).c_str(), status.st_mode & 07777) != 0)
    throw_guest_errno(dest);
  if (optargs.xattributes.value_or(all))
    copy_all_xattrs(from, to, src);
}

}  // namespace glovebox::guestd
