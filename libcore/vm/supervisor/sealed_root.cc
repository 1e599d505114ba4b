// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Built with the new mount calls (open_tree, mount_setattr, move_mount; Linux 5.12): a copy of the
// granted mount is made detached, gets its attributes and only then appears, so there is no moment
// at which it is writable, and no old flag to repeat, which is what makes the classic "bind, then
// remount" fail inside a user namespace.
#include "vm/supervisor/sealed_root.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "vm/supervisor/failure.h"

// <sys/mount.h> and <linux/mount.h> clash in glibc 2.36: these four are declared by hand.
extern "C" {
int mount(const char*, const char*, const char*, unsigned long, const void*) noexcept;
int umount2(const char*, int) noexcept;
}

namespace glovebox::vm {
namespace {

// Any directory that exists everywhere and that nobody needs while the tree is built on top of it.
constexpr char kStage[] = "/tmp";
constexpr int kMaxSymlinks = 40;  // as the kernel
constexpr unsigned long kMsNoSuid = 2, kMsNoDev = 4, kMsRemount = 32, kMsBind = 4096,
                        kMsRec = 16384, kMsPrivate = 1 << 18, kMsReadOnly = 1;
constexpr int kDetach = 2;

class Fd {
 public:
  explicit Fd(long fd) : fd_(static_cast<int>(fd)) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Fd() {
    if (fd_ >= 0)
      close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::vector<std::string> components(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0 && path.substr(0, end) != ".")
      parts.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// What is to be made on the stage before anything is bound: parents first.
struct Way {
  std::vector<std::string> directories;
  std::vector<std::pair<std::string, std::string>> symlinks;  // where, target
};

// Notes each directory and symbolic link that leads to `path`. Returns where the links end: a path
// without any.
std::string find_way(const std::string& path, Way& way) {
  std::vector<std::string> todo = components(path);
  std::string done;  // resolved so far; "" is the root
  int symlinks = 0;
  while (!todo.empty()) {
    const std::string part = todo.front();
    todo.erase(todo.begin());
    if (part == "..") {
      done = done.empty() ? "" : parent_of(done);
      continue;
    }
    const std::string next = done + "/" + part;
    struct stat st;
    if (lstat(next.c_str(), &st) != 0)
      fail_errno(path);
    if (!S_ISLNK(st.st_mode)) {
      if (!todo.empty())
        way.directories.push_back(next);
      done = next;
      continue;
    }
    char target[PATH_MAX];
    const ssize_t length = readlink(next.c_str(), target, sizeof target - 1);
    if (length < 0)
      fail_errno(next);
    if (++symlinks > kMaxSymlinks)
      throw Failure{path + ": too many levels of symbolic links"};
    target[length] = '\0';
    way.symlinks.emplace_back(next, target);
    const std::vector<std::string> inserted = components(target);
    todo.insert(todo.begin(), inserted.begin(), inserted.end());
    if (target[0] == '/')
      done.clear();
  }
  return done.empty() ? "/" : done;
}

struct Bind {
  std::string path;  // no symbolic link in it
  Grant grant;
  bool is_directory;
  Fd tree;  // a detached copy of the mount
};

Fd detached_copy(const std::string& path, Grant grant) {
  Fd tree(syscall(SYS_open_tree, AT_FDCWD, path.c_str(),
                  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (tree.get() < 0)
    fail_errno(path + ": open_tree");
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID;
  if (grant != Grant::Device)
    attributes.attr_set |= MOUNT_ATTR_NODEV;
  if (grant == Grant::Read)
    attributes.attr_set |= MOUNT_ATTR_RDONLY;
  if (syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes,
              sizeof attributes) != 0)
    fail_errno(path + ": mount_setattr");
  return tree;
}

Bind prepare_bind(const std::string& path, Grant grant) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0)
    fail_errno(path);
  return {path, grant, S_ISDIR(st.st_mode), detached_copy(path, grant)};
}

void make_directory(const std::string& where) {
  if (mkdir(where.c_str(), 0755) != 0 && errno != EEXIST)
    fail_errno(where);
}

void attach(const Bind& bind) {
  const std::string where = kStage + bind.path;
  // Inside a directory that is bound already the mount point is there, and nothing can be made.
  if (access(where.c_str(), F_OK) != 0) {
    if (bind.is_directory)
      make_directory(where);
    else if (Fd(open(where.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0444)).get() < 0)
      fail_errno(where);
  }
  if (syscall(SYS_move_mount, bind.tree.get(), "", AT_FDCWD, where.c_str(),
              MOVE_MOUNT_F_EMPTY_PATH) != 0)
    fail_errno(bind.path + ": move_mount");
}

// True if an earlier path shows this one in the same way.
bool covered(const std::string& path, Grant grant, const std::vector<Bind>& earlier) {
  return std::any_of(earlier.begin(), earlier.end(), [&](const Bind& e) {
    return e.grant == grant && (path == e.path || path.starts_with(e.path + "/"));
  });
}

void make_way(const Way& way) {
  for (const std::string& directory : way.directories) make_directory(kStage + directory);
  for (const auto& [where, target] : way.symlinks)
    if (symlink(target.c_str(), (kStage + where).c_str()) != 0 && errno != EEXIST)
      fail_errno(where);
}

void pivot_to_stage() {
  // pivot_root(".", "."): the old tree is stacked on the new one and taken away; see pivot_root(2),
  // NOTES.
  if (chdir(kStage) != 0 || syscall(SYS_pivot_root, ".", ".") != 0)
    fail_errno("pivot_root");
  if (umount2(".", kDetach) != 0 || chdir("/") != 0)
    fail_errno("leaving the old root");
}

}  // namespace

void enter_sealed_root(const std::vector<GrantedPath>& paths) {
  if (mount(nullptr, "/", nullptr, kMsRec | kMsPrivate, nullptr) != 0)
    fail_errno("making mounts private");
  // Everything is looked up and copied before the stage hides a part of the host's tree.
  Way way;
  std::vector<std::pair<std::string, Grant>> resolved;
  for (const GrantedPath& p : paths) resolved.emplace_back(find_way(p.path, way), p.grant);
  // Parents first, so that a grant inside a bound directory lies on top of it.
  std::stable_sort(resolved.begin(), resolved.end(),
                   [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
  std::vector<Bind> binds;
  for (const auto& [path, grant] : resolved)
    if (!covered(path, grant, binds))
      binds.push_back(prepare_bind(path, grant));

  if (mount("glovebox", kStage, "tmpfs", kMsNoSuid | kMsNoDev, "mode=0755,size=1m") != 0)
    fail_errno("tmpfs");
  try {
    make_way(way);
    for (const Bind& bind : binds) attach(bind);
    if (mount(nullptr, kStage, nullptr, kMsRemount | kMsBind | kMsReadOnly | kMsNoSuid | kMsNoDev,
              nullptr) != 0)
      fail_errno("making the root read-only");
    pivot_to_stage();
  } catch (const Failure&) {
    umount2(kStage, kDetach);  // the program may run without this layer, and with files of /tmp
    throw;
  }
}

}  // namespace glovebox::vm
