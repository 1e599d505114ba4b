// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A guest that wants to write to the host has two ways past a plain extraction. It names members
// outside of the tree ("../x", "/x"): path_in_tree refuses the whole archive then, since tar(1)
// writes no such name below a directory. Or it has links lead there, in this archive or in one that
// was extracted to the same place before ("etc -> /etc", then "etc/passwd"): no directory is opened
// here but by one name in the one above it, and never a link (base::DirectoryCursor), and no file
// that is there is opened for writing: it is removed, and a new one made (O_EXCL).
#include "calls/tree_writer.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::calls {
namespace {

using Kind = TarMember::Kind;

constexpr mode_t kOwnerAll = 0700;
constexpr mode_t kPermissions = 0777;
constexpr mode_t kSetIds = S_ISUID | S_ISGID;

// After these no other member can be written either.
bool concerns_every_member(int errnum) {
  return errnum == ENOSPC || errnum == EDQUOT || errnum == EROFS || errnum == EIO;
}

std::string through_proc(const base::UniqueFd& fd) {
  return base::cat("/proc/self/fd/", fd.get());
}

// Runs `make`, which is to make a new name in the directory and returns -1 with errno if it cannot;
// once more without what has that name. Returns what it returned.
int in_place_of(int parent, const std::string& name, const std::function<int()>& make) {
  const int result = make();
  if (result >= 0 || errno != EEXIST)
    return result;
  if (::unlinkat(parent, name.c_str(), 0) != 0 &&
      (errno != EISDIR || ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0))
    return -1;
  return make();
}

bool is_directory(int parent, const std::string& name) {
  struct stat status = {};
  return ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

// A directory that its owner cannot work in is opened to him; its mode until then.
std::optional<mode_t> open_to_owner(int parent, const std::string& name) {
  const base::UniqueFd fd(
      ::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0 || (status.st_mode & kOwnerAll) == kOwnerAll)
    return std::nullopt;
  const mode_t mode = status.st_mode & ~static_cast<mode_t>(S_IFMT);
  if (::chmod(through_proc(fd).c_str(), mode | kOwnerAll) != 0)
    return std::nullopt;  // entering it tells why not
  return mode;
}

std::array<timespec, 2> times_of(const TarMember& member) {
  return {timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
          timespec{.tv_sec = member.mtime, .tv_nsec = 0}};
}

}  // namespace

TreeWriter::TreeWriter(base::UniqueFd parent,
                       std::string name,
                       std::string shown,
                       const TreeRules& rules)
    : parent_(std::move(parent)), name_(std::move(name)), shown_(std::move(shown)), rules_(rules) {}

void TreeWriter::begin(const TarMember& member) {
  file_.reset();
  member_ = member;
  const Path path = path_in_tree(member.name);
  member_path_ = shown_;
  for (const std::string& name : path) member_path_ += "/" + name;
  if (path.empty() && member.kind != Kind::Directory)
    throw Error(Errc::Corrupt, "the appliance's archive does not begin with a directory");
  if (!cursor_)
    open_top(path.empty() ? member.mode : 0);
  guarded([&] { make(path); });
}

void TreeWriter::content(std::string_view piece) {
  if (!file_.valid())
    return;
  guarded([&] {
    try {
      base::write_all(file_.get(), piece, base::escape(member_path_));
    } catch (const Error&) {
      file_.reset();
      throw;
    }
  });
}

void TreeWriter::end() {
  if (!file_.valid())
    return;
  set_owner_and_mode(file_.get(), member_, member_path_);
  expect(::futimens(file_.get(), times_of(member_).data()), member_path_);
  guarded([&] { base::with_context(base::escape(member_path_), [&] { file_.close(); }); });
}

void TreeWriter::finish() {
  while (levels_.size() > 1) leave();
  if (!levels_.empty())
    set_attributes(cursor_->fd(), levels_.front());
  failures_.throw_if_any();
}

// "./a//b/" is {"a", "b"}.
TreeWriter::Path TreeWriter::path_in_tree(const std::string& name) {
  Path path = base::split(name, '/');
  if (name.starts_with('/') || std::find(path.begin(), path.end(), "..") != path.end())
    throw Error(Errc::Corrupt,
                base::cat("the appliance's archive names a file outside of its tree: ",
                          base::escape(name)));
  std::erase_if(path, [](const std::string& part) { return part.empty() || part == "."; });
  return path;
}

void TreeWriter::open_top(mode_t mode) {
  Level top{.name = name_};
  if (name_ != ".")
    top = make_directory(parent_.get(), name_, mode);
  base::UniqueFd fd(
      ::openat(parent_.get(), name_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid())
    base::throw_errno(shown_);
  top_ = fd.duplicate();
  cursor_.emplace(std::move(fd));
  levels_.push_back(std::move(top));
}

void TreeWriter::make(const Path& path) {
  if (path.empty()) {
    go_to({});
    levels_.front().attributes = member_;
    return;
  }
  go_to({path.begin(), path.end() - 1});
  const std::string& name = path.back();
  switch (member_.kind) {
    case Kind::File:
      return make_file(name);
    case Kind::HardLink:
      return make_hard_link(path);
    case Kind::SymbolicLink:
      return make_symbolic_link(name);
    case Kind::CharacterDevice:
    case Kind::BlockDevice:
      return rules_.special ? make_node(name) : left_out_.add(member_path_);
    case Kind::Fifo:
      return make_node(name);
    case Kind::Directory:
      return enter_directory(name);
  }
}

void TreeWriter::enter_directory(const std::string& name) {
  Level level = make_directory(cursor_->fd(), name, member_.mode);
  if (!cursor_->try_enter(name))
    fail();
  level.attributes = member_;
  levels_.push_back(std::move(level));
}

// Until it gets its own mode nobody else can do more in it than later, and its owner all.
TreeWriter::Level TreeWriter::make_directory(int parent, const std::string& name, mode_t mode) {
  Level level{.name = name};
  const mode_t first_mode = rules_.owners ? kOwnerAll : (mode & kPermissions) | kOwnerAll;
  const auto make = [&] { return ::mkdirat(parent, name.c_str(), first_mode); };
  if (make() == 0)
    level.is_new = true;
  else if (errno == EEXIST && is_directory(parent, name))
    level.mode_before = open_to_owner(parent, name);
  else if (errno == EEXIST && in_place_of(parent, name, make) == 0)
    level.is_new = true;
  else
    fail();
  return level;
}

// Throws System if a directory on the way is none; the cursor is somewhere in the tree then.
void TreeWriter::go_to(const Path& directory) {
  size_t common = 0;
  while (common < directory.size() && common + 1 < levels_.size() &&
         levels_[common + 1].name == directory[common])
    ++common;
  while (levels_.size() > common + 1) leave();
  for (; common < directory.size(); ++common) {
    if (!cursor_->try_enter(directory[common]))
      fail();
    levels_.push_back({.name = directory[common]});
  }
}

void TreeWriter::leave() {
  const base::UniqueFd left = cursor_->leave();
  set_attributes(left.get(), levels_.back());
  levels_.pop_back();
}

// The path of the directory that is the last level.
std::string TreeWriter::level_path() const {
  std::string path = shown_;
  for (size_t i = 1; i < levels_.size(); ++i) path += "/" + levels_[i].name;
  return path;
}

void TreeWriter::set_attributes(int fd, const Level& directory) {
  if (name_ == "." && levels_.size() == 1)
    return;  // the caller's own
  if (!directory.attributes && !directory.mode_before)
    return;
  const std::string path = level_path();
  struct stat status = {};
  if (rules_.owners && directory.attributes)
    set_owner_and_mode(fd, *directory.attributes, path);
  else if (directory.mode_before)
    expect(::fchmod(fd, *directory.mode_before), path);
  else if (directory.is_new && ::fstat(fd, &status) == 0)
    expect(::fchmod(fd, status.st_mode & directory.attributes->mode & kPermissions), path);
  if (directory.attributes)
    expect(::futimens(fd, times_of(*directory.attributes).data()), path);
}

mode_t TreeWriter::exact_mode(const TarMember& member) const {
  return rules_.special ? member.mode : member.mode & ~kSetIds;
}

// A file that is not root's has the mode that open(2) or mkdir(2) gave it under the umask.
void TreeWriter::set_owner_and_mode(int fd, const TarMember& member, const std::string& path) {
  if (!rules_.owners)
    return;
  expect_owner(
      ::fchown(fd, owners_.user(member.user, member.uid), owners_.group(member.group, member.gid)),
      path);
  expect(::fchmod(fd, exact_mode(member)), path);
}

// The same for what cannot be opened; whatever else has the name meanwhile is left alone.
void TreeWriter::set_owner_and_mode_of_name(const std::string& name, mode_t type) {
  if (!rules_.owners)
    return;
  const base::UniqueFd fd(::openat(cursor_->fd(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status = {};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0)
    return expect(-1, member_path_);
  if ((status.st_mode & S_IFMT) != type)
    return failures_.add(member_path_, EEXIST);
  expect_owner(::fchownat(fd.get(), "", owners_.user(member_.user, member_.uid),
                          owners_.group(member_.group, member_.gid), AT_EMPTY_PATH),
               member_path_);
  if (type != S_IFLNK)
    expect(::chmod(through_proc(fd).c_str(), exact_mode(member_)), member_path_);
}

void TreeWriter::set_times_of_name(const std::string& name) {
  expect(::utimensat(cursor_->fd(), name.c_str(), times_of(member_).data(), AT_SYMLINK_NOFOLLOW),
         member_path_);
}

void TreeWriter::make_file(const std::string& name) {
  const mode_t mode = rules_.owners ? 0600 : member_.mode & kPermissions;
  file_ = base::UniqueFd(in_place_of(cursor_->fd(), name, [&] {
    return ::openat(cursor_->fd(), name.c_str(),
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, mode);
  }));
  if (!file_.valid())
    fail();
}

void TreeWriter::make_node(const std::string& name) {
  const mode_t type = member_.kind == Kind::Fifo              ? S_IFIFO
                      : member_.kind == Kind::CharacterDevice ? S_IFCHR
                                                              : S_IFBLK;
  const dev_t device = type == S_IFIFO ? 0 : makedev(member_.major, member_.minor);
  const mode_t mode = rules_.owners ? 0600 : member_.mode & kPermissions;
  if (in_place_of(cursor_->fd(), name,
                  [&] { return ::mknodat(cursor_->fd(), name.c_str(), type | mode, device); }) != 0)
    fail();
  set_owner_and_mode_of_name(name, type);
  set_times_of_name(name);
}

void TreeWriter::make_symbolic_link(const std::string& name) {
  if (in_place_of(cursor_->fd(), name, [&] {
        return ::symlinkat(member_.link.c_str(), cursor_->fd(), name.c_str());
      }) != 0)
    fail();
  set_owner_and_mode_of_name(name, S_IFLNK);
  set_times_of_name(name);
}

// The other name was a member before, and what it names is linked, were it a link itself.
void TreeWriter::make_hard_link(const Path& path) {
  Path other = path_in_tree(member_.link);
  if (other.empty() || other == path)
    throw Error(Errc::Corrupt, "the appliance's archive links a file to itself");
  const std::string other_name = other.back();
  other.pop_back();
  const base::UniqueFd other_directory = directory_in_tree(other);
  if (in_place_of(cursor_->fd(), path.back(), [&] {
        return ::linkat(other_directory.get(), other_name.c_str(), cursor_->fd(),
                        path.back().c_str(), 0);
      }) != 0)
    fail();
}

base::UniqueFd TreeWriter::directory_in_tree(const Path& path) const {
  base::UniqueFd directory = top_.duplicate();
  for (const std::string& name : path) {
    directory = base::UniqueFd(
        ::openat(directory.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.valid())
      fail();
  }
  return directory;
}

void TreeWriter::fail() const {
  const int errnum = errno;
  base::throw_errno(base::escape(member_path_), errnum);
}

void TreeWriter::expect_owner(int result, const std::string& path) {
  if (result != 0 && (errno == EPERM || errno == EINVAL))
    return unowned_.add(path);
  expect(result, path);
}

void TreeWriter::expect(int result, const std::string& path) {
  if (result != 0)
    failures_.add(path, errno);
}

void TreeWriter::guarded(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    if (e.code() != Errc::System || concerns_every_member(e.errnum()))
      throw;
    failures_.add(member_path_, e.errnum());
  }
}

}  // namespace glovebox::calls
