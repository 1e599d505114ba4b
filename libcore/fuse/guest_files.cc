// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fuse/guest_files.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "glovebox/error.h"

namespace glovebox::fuse {
namespace {

// The most that one message to the guest or from it holds, with room to spare.
constexpr size_t kMostBytes = 2 << 20;
constexpr mode_t kPermissionBits = 07777;

[[noreturn]] void fail(int errnum, const std::string& path) {
  throw Error(Errc::Denied, path, errnum);
}

std::string child_of(const std::string& directory, const std::string& name) {
  return (directory == "/" ? "" : directory) + "/" + name;
}

bool is_dot(const std::string& name) {
  return name == "." || name == "..";
}

struct stat from_guest(const StatNs& in) {
  struct stat out {};
  out.st_dev = static_cast<dev_t>(in.st_dev);
  out.st_ino = static_cast<ino_t>(in.st_ino);
  out.st_mode = static_cast<mode_t>(in.st_mode);
  out.st_nlink = static_cast<nlink_t>(in.st_nlink);
  out.st_uid = static_cast<uid_t>(in.st_uid);
  out.st_gid = static_cast<gid_t>(in.st_gid);
  out.st_rdev = static_cast<dev_t>(in.st_rdev);
  out.st_size = in.st_size;
  out.st_blksize = in.st_blksize;
  out.st_blocks = in.st_blocks;
  out.st_atim = {.tv_sec = in.st_atime_sec, .tv_nsec = in.st_atime_nsec};
  out.st_mtim = {.tv_sec = in.st_mtime_sec, .tv_nsec = in.st_mtime_nsec};
  out.st_ctim = {.tv_sec = in.st_ctime_sec, .tv_nsec = in.st_ctime_nsec};
  return out;
}

mode_t type_of(char letter) {
  switch (letter) {
    case 'b':
      return S_IFBLK;
    case 'c':
      return S_IFCHR;
    case 'd':
      return S_IFDIR;
    case 'f':
      return S_IFIFO;
    case 'l':
      return S_IFLNK;
    case 'r':
      return S_IFREG;
    case 's':
      return S_IFSOCK;
    default:
      return 0;
  }
}

// The times of utimensat(2) as the guest's call has them: -1 is now, -2 leaves the time as it is.
int64_t nanoseconds(const struct timespec& time) {
  if (time.tv_nsec == UTIME_NOW)
    return -1;
  return time.tv_nsec == UTIME_OMIT ? -2 : time.tv_nsec;
}

// The attributes of one file out of lxattrlist's answer, whose entry without a name says how many
// follow; absent if they could not be read.
std::optional<std::vector<Xattr>> take_xattrs(const std::vector<Xattr>& all, size_t& at) {
  if (at >= all.size() || !all[at].attrname.empty())
    return std::nullopt;
  const std::string& text = all[at++].attrval;
  size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count > all.size() - at)
    return std::nullopt;
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
  at += count;
  return std::vector<Xattr>(first, first + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

struct stat GuestFiles::status(const std::string& path) {
  const CachedFile* known = cache_.find(path);
  return from_guest(known && known->status ? *known->status : guest_.lstatns(path));
}

// The guest's root may everything, and so may the host's.
void GuestFiles::check_access(const std::string& path, int mask, uid_t uid, gid_t gid) {
  if (readonly_ && (mask & W_OK))
    fail(EROFS, path);
  const struct stat found = status(path);
  if (uid == 0)
    return;
  const int shift = found.st_uid == uid ? 6 : found.st_gid == gid ? 3 : 0;
  const int allowed = static_cast<int>(found.st_mode >> shift) & (R_OK | W_OK | X_OK);
  if (mask & ~allowed)
    fail(EACCES, path);
}

std::string GuestFiles::link_target(const std::string& path) {
  const CachedFile* known = cache_.find(path);
  return known && known->target ? *known->target : guest_.readlink(path);
}

void GuestFiles::list(const std::string& path,
                      const std::function<void(const std::string&, const struct stat&)>& tell) {
  const std::vector<Dirent> entries = guest_.readdir(path);
  for (const Dirent& entry : entries) {
    struct stat status {};
    status.st_ino = static_cast<ino_t>(entry.ino);
    status.st_mode = type_of(entry.ftyp);
    tell(entry.name, status);
  }
  try {
    fill_cache(path, entries);
  } catch (const Error&) {
    // Whoever asks for what is missing gets the error then.
  }
}

void GuestFiles::fill_cache(const std::string& directory, const std::vector<Dirent>& entries) {
  std::vector<std::string> names, links;
  for (const Dirent& entry : entries)
    if (!is_dot(entry.name))
      names.push_back(entry.name);
  const std::vector<StatNs> statuses = guest_.lstatnslist(directory, names);
  const std::vector<Xattr> all_xattrs = guest_.lxattrlist(directory, names);
  for (size_t i = 0; i < names.size(); ++i)
    if (S_ISLNK(statuses.at(i).st_mode))
      links.push_back(names[i]);
  const std::vector<std::string> targets = guest_.readlinklist(directory, links);

  size_t next_xattr = 0, next_link = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    CachedFile file{.xattrs = take_xattrs(all_xattrs, next_xattr)};
    if (statuses[i].st_ino != -1)  // else it went away meanwhile
      file.status = statuses[i];
    if (S_ISLNK(statuses[i].st_mode))
      file.target = targets.at(next_link++);
    if (file.target && file.target->empty())
      file.target.reset();
    cache_.put(child_of(directory, names[i]), std::move(file));
  }
}

struct statvfs GuestFiles::usage(const std::string& path) {
  const StatVfs in = guest_.statvfs(path);
  struct statvfs out {};
  out.f_bsize = static_cast<unsigned long>(in.bsize);
  out.f_frsize = static_cast<unsigned long>(in.frsize);
  out.f_blocks = static_cast<fsblkcnt_t>(in.blocks);
  out.f_bfree = static_cast<fsblkcnt_t>(in.bfree);
  out.f_bavail = static_cast<fsblkcnt_t>(in.bavail);
  out.f_files = static_cast<fsfilcnt_t>(in.files);
  out.f_ffree = static_cast<fsfilcnt_t>(in.ffree);
  out.f_favail = static_cast<fsfilcnt_t>(in.favail);
  out.f_fsid = static_cast<unsigned long>(in.fsid);
  out.f_flag = static_cast<unsigned long>(in.flag);
  out.f_namemax = static_cast<unsigned long>(in.namemax);
  return out;
}

void GuestFiles::check_open(int flags) const {
  if (readonly_ && (flags & O_ACCMODE) != O_RDONLY)
    fail(EROFS, "open");
}

std::string GuestFiles::read(const std::string& path, size_t size, int64_t offset) {
  return guest_.pread(path, static_cast<int32_t>(std::min(size, kMostBytes)), offset);
}

size_t GuestFiles::write(const std::string& path, std::string_view bytes, int64_t offset) {
  require_writable();
  cache_.forget_statuses();
  return static_cast<size_t>(guest_.pwrite(path, bytes.substr(0, kMostBytes), offset));
}

void GuestFiles::sync() {
  if (!readonly_)
    guest_.sync();
}

std::vector<Xattr> GuestFiles::xattrs(const std::string& path) {
  const CachedFile* known = cache_.find(path);
  if (known && known->xattrs)
    return *known->xattrs;
  CachedFile file = known ? *known : CachedFile{};
  file.xattrs = guest_.lgetxattrs(path);
  cache_.put(path, file);
  return *file.xattrs;
}

std::string GuestFiles::xattr(const std::string& path, const std::string& name) {
  for (const Xattr& attribute : xattrs(path))
    if (attribute.attrname == name)
      return attribute.attrval;
  fail(ENODATA, path);
}

std::vector<std::string> GuestFiles::xattr_names(const std::string& path) {
  std::vector<std::string> names;
  for (const Xattr& attribute : xattrs(path)) names.push_back(attribute.attrname);
  return names;
}

void GuestFiles::set_xattr(const std::string& path,
                           const std::string& name,
                           std::string_view value,
                           int flags) {
  begin_change();
  if (flags & (XATTR_CREATE | XATTR_REPLACE)) {
    const std::vector<std::string> names = xattr_names(path);
    const bool there = std::find(names.begin(), names.end(), name) != names.end();
    if (there && (flags & XATTR_CREATE))
      fail(EEXIST, path);
    if (!there && (flags & XATTR_REPLACE))
      fail(ENODATA, path);
  }
  guest_.lsetxattr(name, value, path);
}

void GuestFiles::remove_xattr(const std::string& path, const std::string& name) {
  begin_change();
  guest_.lremovexattr(name, path);
}

void GuestFiles::require_writable() const {
  if (readonly_)
    fail(EROFS, "read-only mount");
}

void GuestFiles::begin_change() {
  require_writable();
  cache_.clear();
}

void GuestFiles::make_node(const std::string& path, mode_t mode, dev_t device) {
  begin_change();
  guest_.mknod(static_cast<int32_t>(mode), static_cast<int32_t>(major(device)),
               static_cast<int32_t>(minor(device)), path);
}

void GuestFiles::make_directory(const std::string& path, mode_t mode) {
  begin_change();
  guest_.mkdir_mode(path, static_cast<int32_t>(mode & kPermissionBits));
}

void GuestFiles::make_symlink(const std::string& target, const std::string& path) {
  begin_change();
  guest_.ln_s(target, path);
}

void GuestFiles::make_link(const std::string& from, const std::string& to) {
  begin_change();
  guest_.ln(from, to);
}

void GuestFiles::remove(const std::string& path) {
  begin_change();
  guest_.rm(path);
}

void GuestFiles::remove_directory(const std::string& path) {
  begin_change();
  guest_.rmdir(path);
}

void GuestFiles::rename(const std::string& from, const std::string& to) {
  begin_change();
  guest_.rename(from, to);
}

void GuestFiles::set_mode(const std::string& path, mode_t mode) {
  begin_change();
  guest_.chmod(static_cast<int32_t>(mode & kPermissionBits), path);
}

void GuestFiles::set_owner(const std::string& path, uid_t uid, gid_t gid) {
  begin_change();
  guest_.lchown(static_cast<int32_t>(uid), static_cast<int32_t>(gid), path);
}

void GuestFiles::set_size(const std::string& path, int64_t size) {
  begin_change();
  guest_.truncate_size(path, size);
}

void GuestFiles::set_times(const std::string& path, const struct timespec (&times)[2]) {
  begin_change();
  guest_.utimens(path, times[0].tv_sec, nanoseconds(times[0]), times[1].tv_sec,
                 nanoseconds(times[1]));
}

}  // namespace glovebox::fuse
