// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fuse/operations.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::fuse {
namespace {

// Runs one request: the action's result, or the negative errno value of what it threw.
template <typename Action>
int answer(const char* request, const char* path, Action&& action) noexcept {
  try {
    auto& service = *static_cast<Service*>(fuse_get_context()->private_data);
    if (service.note)
      service.note(base::cat("mount_local_", request, " (\"", base::escape(path), "\")"));
    return action(service.files);
  } catch (const Error& e) {
    return e.errnum() != 0 ? -e.errnum() : -EIO;
  } catch (const std::bad_alloc&) {
    return -ENOMEM;
  } catch (...) {
    return -EIO;
  }
}

// The same for an action without a result.
template <typename Action>
int done(const char* request, const char* path, Action&& action) noexcept {
  return answer(request, path, [&](GuestFiles& files) {
    action(files);
    return 0;
  });
}

// How getxattr(2) and listxattr(2) give bytes: a size of 0 asks how many there are.
int give(std::string_view bytes, char* to, size_t size) {
  if (size == 0)
    return static_cast<int>(bytes.size());
  if (bytes.size() > size)
    return -ERANGE;
  std::memcpy(to, bytes.data(), bytes.size());
  return static_cast<int>(bytes.size());
}

int do_getattr(const char* path, struct stat* status) {
  return done("getattr", path, [&](GuestFiles& files) { *status = files.status(path); });
}

int do_access(const char* path, int mask) {
  const fuse_context* who = fuse_get_context();
  return done("access", path,
              [&](GuestFiles& files) { files.check_access(path, mask, who->uid, who->gid); });
}

int do_readlink(const char* path, char* to, size_t size) {
  return done("readlink", path, [&](GuestFiles& files) {
    const std::string target = files.link_target(path);
    const size_t length = std::min(target.size(), size - 1);
    std::memcpy(to, target.data(), length);
    to[length] = '\0';
  });
}

int do_readdir(const char* path, void* list, fuse_fill_dir_t fill, off_t, fuse_file_info*) {
  return done("readdir", path, [&](GuestFiles& files) {
    files.list(path, [&](const std::string& name, const struct stat& status) {
      if (fill(list, name.c_str(), &status, 0) != 0)
        throw std::bad_alloc();
    });
  });
}

int do_statfs(const char* path, struct statvfs* usage) {
  return done("statfs", path, [&](GuestFiles& files) { *usage = files.usage(path); });
}

int do_open(const char* path, fuse_file_info* file) {
  return done("open", path, [&](GuestFiles& files) { files.check_open(file->flags); });
}

int do_read(const char* path, char* to, size_t size, off_t offset, fuse_file_info*) {
  return answer("read", path, [&](GuestFiles& files) {
    const std::string bytes = files.read(path, size, offset);
    const size_t length = std::min(bytes.size(), size);
    std::memcpy(to, bytes.data(), length);
    return static_cast<int>(length);
  });
}

int do_write(const char* path, const char* bytes, size_t size, off_t offset, fuse_file_info*) {
  return answer("write", path, [&](GuestFiles& files) {
    return static_cast<int>(files.write(path, {bytes, size}, offset));
  });
}

int do_fsync(const char* path, int, fuse_file_info*) {
  return done("fsync", path, [&](GuestFiles& files) { files.sync(); });
}

int do_getxattr(const char* path, const char* name, char* to, size_t size) {
  return answer("getxattr", path,
                [&](GuestFiles& files) { return give(files.xattr(path, name), to, size); });
}

int do_listxattr(const char* path, char* to, size_t size) {
  return answer("listxattr", path, [&](GuestFiles& files) {
    std::string names;
    for (const std::string& name : files.xattr_names(path)) names += name + '\0';
    return give(names, to, size);
  });
}

int do_setxattr(const char* path, const char* name, const char* value, size_t size, int flags) {
  return done("setxattr", path, [&](GuestFiles& files) {
    files.set_xattr(path, name, {value, size}, flags);
  });
}

int do_removexattr(const char* path, const char* name) {
  return done("removexattr", path, [&](GuestFiles& files) { files.remove_xattr(path, name); });
}

int do_mknod(const char* path, mode_t mode, dev_t device) {
  return done("mknod", path, [&](GuestFiles& files) { files.make_node(path, mode, device); });
}

int do_mkdir(const char* path, mode_t mode) {
  return done("mkdir", path, [&](GuestFiles& files) { files.make_directory(path, mode); });
}

int do_symlink(const char* target, const char* path) {
  return done("symlink", path, [&](GuestFiles& files) { files.make_symlink(target, path); });
}

int do_link(const char* from, const char* to) {
  return done("link", to, [&](GuestFiles& files) { files.make_link(from, to); });
}

int do_unlink(const char* path) {
  return done("unlink", path, [&](GuestFiles& files) { files.remove(path); });
}

int do_rmdir(const char* path) {
  return done("rmdir", path, [&](GuestFiles& files) { files.remove_directory(path); });
}

int do_rename(const char* from, const char* to) {
  return done("rename", from, [&](GuestFiles& files) { files.rename(from, to); });
}

int do_chmod(const char* path, mode_t mode) {
  return done("chmod", path, [&](GuestFiles& files) { files.set_mode(path, mode); });
}

int do_chown(const char* path, uid_t uid, gid_t gid) {
  return done("chown", path, [&](GuestFiles& files) { files.set_owner(path, uid, gid); });
}

int do_truncate(const char* path, off_t size) {
  return done("truncate", path, [&](GuestFiles& files) { files.set_size(path, size); });
}

int do_utimens(const char* path, const struct timespec times[2]) {
  return done("utimens", path, [&](GuestFiles& files) {
    files.set_times(path, {times[0], times[1]});
  });
}

}  // namespace

fuse_operations operations() {
  fuse_operations table{};
  table.getattr = do_getattr;
  table.readlink = do_readlink;
  table.mknod = do_mknod;
  table.mkdir = do_mkdir;
  table.unlink = do_unlink;
  table.rmdir = do_rmdir;
  table.symlink = do_symlink;
  table.rename = do_rename;
  table.link = do_link;
  table.chmod = do_chmod;
  table.chown = do_chown;
  table.truncate = do_truncate;
  table.open = do_open;
  table.read = do_read;
  table.write = do_write;
  table.statfs = do_statfs;
  table.fsync = do_fsync;
  table.setxattr = do_setxattr;
  table.getxattr = do_getxattr;
  table.listxattr = do_listxattr;
  table.removexattr = do_removexattr;
  table.readdir = do_readdir;
  table.access = do_access;
  table.utimens = do_utimens;
  return table;
}

}  // namespace glovebox::fuse
