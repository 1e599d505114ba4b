// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"

namespace glovebox::base {

UniqueFd open_file(const std::string& path, int flags, unsigned mode) {
  UniqueFd fd(open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd.valid())
    throw_errno(path);
  return fd;
}

const char* file_kind(unsigned mode, const char* other) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "regular file";
    case S_IFDIR:
      return "directory";
    case S_IFIFO:
      return "FIFO";
    case S_IFSOCK:
      return "socket";
    case S_IFCHR:
      return "character device";
    case S_IFBLK:
      return "block device";
    case S_IFLNK:
      return "symbolic link";
    default:
      return other;
  }
}

UniqueFd open_regular_file(const std::string& path) {
  // Looked at before it is opened, too: opening a device may do something, a socket has no open.
  struct stat st {};
  const auto require_regular = [&](int result) {
    if (result != 0)
      throw_errno(path);
    if (!S_ISREG(st.st_mode))
      throw Error(Errc::Usage, cat(path, ": is a ", file_kind(st.st_mode), ", not a regular file"));
  };
  require_regular(stat(path.c_str(), &st));
  UniqueFd fd = open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  require_regular(fstat(fd.get(), &st));
  return fd;
}

std::string read_all(int fd, size_t max_bytes, const std::string& name) {
  std::string result;
  for (;;) {
    const size_t old_size = result.size();
    result.resize(old_size + 65536);
    const ssize_t n = read(fd, result.data() + old_size, 65536);
    if (n < 0 && errno != EINTR)
      throw_errno(name);
    result.resize(old_size + static_cast<size_t>(n > 0 ? n : 0));
    if (result.size() > max_bytes)
      throw Error(Errc::Corrupt, cat(name, ": larger than ", max_bytes, " bytes"));
    if (n == 0)
      return result;
  }
}

std::string read_file(const std::string& path, size_t max_bytes) {
  const UniqueFd fd = open_file(path, O_RDONLY | O_NONBLOCK);  // a pipe in its place is empty
  return read_all(fd.get(), max_bytes, path);
}

void write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR)
      throw_errno(name);
    if (n > 0)
      bytes.remove_prefix(static_cast<size_t>(n));
  }
}

std::optional<size_t> try_pread_some(int fd, void* into, size_t count, uint64_t offset) {
  size_t done = 0;
  while (done < count) {
    const ssize_t n =
        pread(fd, static_cast<char*>(into) + done, count - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return std::nullopt;
    if (n == 0)
      break;
    done += static_cast<size_t>(n);
  }
  return done;
}

size_t pread_some(int fd, void* into, size_t count, uint64_t offset, const std::string& name) {
  const auto done = try_pread_some(fd, into, count, offset);
  if (!done)
    throw_errno(name);
  return *done;
}

void replace_file(const std::string& path, std::string_view bytes, unsigned mode) {
  std::string temporary = path + ".XXXXXX";
  UniqueFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid())
    throw_errno(temporary);
  ScopeExit remove([&] { unlink(temporary.c_str()); });
  write_all(fd.get(), bytes, temporary);
  if (fchmod(fd.get(), mode) != 0 || fsync(fd.get()) != 0)
    throw_errno(temporary);
  if (rename(temporary.c_str(), path.c_str()) != 0)
    throw_errno(path);
  remove.dismiss();
}

TempDir::TempDir(const std::string& prefix) {
  const char* tmpdir = std::getenv("TMPDIR");
  path_ = cat(tmpdir && *tmpdir ? tmpdir : "/tmp", "/", prefix, ".XXXXXX");
  if (!mkdtemp(path_.data()))
    throw_errno(path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace glovebox::base
