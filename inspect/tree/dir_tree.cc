// SPDX-License-Identifier: GPL-2.0-or-later
//
// Opening a file of a hostile tree has two steps. An O_PATH descriptor comes first: it has no
// effect on a device and does not wait for a FIFO's other end. If fstat(2) then says "regular
// file", the same path is opened for reading, with O_NONBLOCK, and looked at again. The tree is
// mounted read-only and nobody runs in it, so the second look is only for a file system that
// answers differently each time (FUSE). Most probes ask for what is not there, and cost one call.
#include "inspect/tree/dir_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "base/unique_fd.h"

namespace glovebox::inspect {
namespace {

using base::UniqueFd;

[[noreturn]] void fail(int errnum) {
  throw Error(Errc::System, base::errno_text(errnum), errnum);
}

// Invalid if the path is not there.
UniqueFd open_in_root(int root_fd, const std::string& path, int flags) {
  if (path.size() >= kMaxPathBytes || path.find('\0') != std::string::npos)
    fail(path.size() >= kMaxPathBytes ? ENAMETOOLONG : EINVAL);
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  // RESOLVE_IN_ROOT takes an absolute path as one inside root_fd; EAGAIN: a rename raced with "..",
  // ask again.
  for (int attempt = 0; attempt < 8; ++attempt) {
    UniqueFd fd(static_cast<int>(
        syscall(SYS_openat2, root_fd, path.empty() ? "/" : path.c_str(), &how, sizeof how)));
    if (fd.valid())
      return fd;
    if (errno == ENOENT || errno == ENOTDIR)
      return {};
    if (errno != EAGAIN && errno != EINTR)
      fail(errno);
  }
  fail(EAGAIN);
}

FileInfo info_of(int fd) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    fail(errno);
  FileInfo info;
  info.kind = S_ISREG(st.st_mode)   ? FileKind::Regular
              : S_ISDIR(st.st_mode) ? FileKind::Directory
              : S_ISLNK(st.st_mode) ? FileKind::Symlink
                                    : FileKind::Other;
  info.mode = st.st_mode & 07777;
  info.size_bytes = st.st_size < 0 ? 0 : static_cast<uint64_t>(st.st_size);
  info.mtime = st.st_mtime;
  return info;
}

void require_regular(const FileInfo& info) {
  if (info.kind == FileKind::Directory)
    throw Error(Errc::Unsupported, "is a directory", EISDIR);
  if (info.kind != FileKind::Regular)
    throw Error(Errc::Unsupported, "is not a regular file", EINVAL);
}

class DirFile final : public OpenFile {
 public:
  DirFile(UniqueFd fd, uint64_t size_bytes) : fd_(std::move(fd)), size_bytes_(size_bytes) {}
  uint64_t size_bytes() const override { return size_bytes_; }
  size_t pread(void* into, size_t count, uint64_t offset) const override {
    if (offset > static_cast<uint64_t>(INT64_MAX) - count)
      return 0;
    const auto done = base::try_pread_some(fd_.get(), into, count, offset);
    if (!done)
      fail(errno);
    return *done;
  }

 private:
  UniqueFd fd_;
  uint64_t size_bytes_;
};

}  // namespace

std::optional<FileInfo> DirTree::try_stat(const std::string& path, Links links) const {
  const UniqueFd fd =
      open_in_root(root_fd_, path, O_PATH | (links == Links::Keep ? O_NOFOLLOW : 0));
  if (!fd.valid())
    return std::nullopt;
  return info_of(fd.get());
}

std::unique_ptr<OpenFile> DirTree::try_open(const std::string& path) const {
  const UniqueFd probe = open_in_root(root_fd_, path, O_PATH);
  if (!probe.valid())
    return nullptr;
  require_regular(info_of(probe.get()));
  UniqueFd fd = open_in_root(root_fd_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd.valid())
    fail(ESTALE);
  const FileInfo info = info_of(fd.get());
  require_regular(info);
  return std::make_unique<DirFile>(std::move(fd), info.size_bytes);
}

std::optional<std::vector<std::string>> DirTree::try_list(const std::string& path) const {
  UniqueFd fd = open_in_root(root_fd_, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  if (!fd.valid())
    return std::nullopt;
  DIR* const directory = fdopendir(fd.get());
  if (!directory)
    fail(errno);
  fd.release();
  const base::ScopeExit close([&] { closedir(directory); });
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(directory);
    if (!entry && errno != 0)
      fail(errno);
    if (!entry)
      break;
    if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0)
      continue;
    if (names.size() == most_entries_)
      throw Error(Errc::Corrupt, base::cat("has more than ", most_entries_, " entries"));
    names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> DirTree::try_readlink(const std::string& path) const {
  const UniqueFd fd = open_in_root(root_fd_, path, O_PATH | O_NOFOLLOW);
  if (!fd.valid() || info_of(fd.get()).kind != FileKind::Symlink)
    return std::nullopt;
  std::string target(kMaxPathBytes, '\0');
  const ssize_t n = readlinkat(fd.get(), "", target.data(), target.size());
  if (n < 0)
    fail(errno);
  target.resize(static_cast<size_t>(n));
  return target;
}

}  // namespace glovebox::inspect
