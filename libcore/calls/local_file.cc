// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/local_file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::calls {
namespace {

constexpr size_t kWriteSize = 256 * 1024;
// How often a named pipe is looked at until somebody reads it: there is nothing to poll.
constexpr std::chrono::milliseconds kReaderInterval{20};

std::string name_of(const LocalFile& file) {
  return file.fd >= 0 ? base::cat("descriptor ", file.fd) : file.sink ? "the stream" : file.path;
}

bool is_pipe(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

base::UniqueFd waits_again(base::UniqueFd fd, const std::string& name) {
  const int flags = fcntl(fd.get(), F_GETFL);
  if (flags < 0 || fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    base::throw_errno(name);
  return fd;
}

// A pipe without a writer opens at once, and is not ready before there is one.
base::UniqueFd open_for_reading(const std::string& path) {
  const int flags = O_RDONLY | O_NOCTTY;
  if (!is_pipe(path))
    return base::open_file(path, flags);
  return waits_again(base::open_file(path, flags | O_NONBLOCK), path);
}

void throw_if_readable(int cancel_fd, std::chrono::milliseconds wait) {
  if (base::wait_for(cancel_fd, POLLIN, base::Deadline::after(wait)))
    throw Error(Errc::Cancelled, "cancelled", EINTR);
}

// How many bytes a pipe that is writable takes without waiting, see pipe(7): all that it can hold
// if it is empty. PIPE_BUF for a socket, too, whose buffer is larger than that.
size_t room_in_pipe(int fd) {
  const int capacity = fcntl(fd, F_GETPIPE_SZ);
  int held = 0;
  const bool is_empty = capacity > 0 && ioctl(fd, FIONREAD, &held) == 0 && held == 0;
  return is_empty ? static_cast<size_t>(capacity) : PIPE_BUF;
}

// The program's own streams are used as they are: opened anew, a file behind them would be emptied
// (guestfs(3): files are named by "/dev/stdout", too). -1 if the path names none.
int own_stream(const std::string& path) {
  return path == "/dev/stdout" ? STDOUT_FILENO : path == "/dev/stderr" ? STDERR_FILENO : -1;
}

// What a guest may have named: nothing but a regular file is opened, and no link followed.
base::UniqueFd open_without_links(const std::string& path) {
  const int flags = O_WRONLY | O_CREAT | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK;
  base::UniqueFd fd = base::open_file(path, flags, 0666);
  struct stat status;
  if (fstat(fd.get(), &status) != 0)
    base::throw_errno(path);
  if (!S_ISREG(status.st_mode))
    base::throw_errno(path, EEXIST);
  return fd;
}

base::UniqueFd open_for_writing(const std::string& path, int cancel_fd) {
  if (const int stream = own_stream(path); stream >= 0) {
    base::UniqueFd fd(fcntl(stream, F_DUPFD_CLOEXEC, 0));
    if (!fd.valid())
      base::throw_errno(path);
    return fd;
  }
  const int flags = O_WRONLY | O_CREAT | O_NOCTTY;  // begin() empties it
  while (is_pipe(path)) {
    try {
      return waits_again(base::open_file(path, flags | O_NONBLOCK, 0666), path);
    } catch (const Error& e) {
      if (e.errnum() != ENXIO)
        throw;
    }
    throw_if_readable(cancel_fd, kReaderInterval);
  }
  return base::open_file(path, flags, 0666);
}

}  // namespace

LocalReader::LocalReader(const LocalFile& file) : fd_(file.fd), name_(name_of(file)) {
  if (fd_ < 0) {
    owned_ = open_for_reading(file.path);
    fd_ = owned_.get();
  }
  struct stat status;
  if (fstat(fd_, &status) != 0)
    base::throw_errno(name_);
  if (S_ISDIR(status.st_mode))
    base::throw_errno(name_, EISDIR);
  never_waits_ = S_ISREG(status.st_mode) || S_ISBLK(status.st_mode);
  if (never_waits_) {
    // SEEK_END instead of st_size, which is 0 for a block device.
    const off_t here = lseek(fd_, 0, SEEK_CUR);
    const off_t end = lseek(fd_, 0, SEEK_END);
    if (here < 0 || end < 0 || lseek(fd_, here, SEEK_SET) < 0)
      base::throw_errno(name_);
    size_hint_ = static_cast<uint64_t>(std::max<off_t>(end - here, 0));
  }
}

bool LocalReader::ready() const {
  return never_waits_ ||
         base::wait_for(fd_, POLLIN, base::Deadline::after(std::chrono::milliseconds(0)));
}

std::string_view LocalReader::read(std::span<char> into) {
  ssize_t n;
  do {
    n = ::read(fd_, into.data(), into.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0)
    base::throw_errno(name_);
  return {into.data(), static_cast<size_t>(n)};
}

LocalWriter::LocalWriter(const LocalFile& file, int cancel_fd)
    : cancel_fd_(cancel_fd),
      fd_(file.fd),
      sink_(file.sink),
      name_(name_of(file)),
      bytes_left_(file.max_bytes),
      max_bytes_(file.max_bytes) {
  if (sink_)
    return;
  if (fd_ < 0) {
    struct stat before;
    is_new_ = lstat(file.path.c_str(), &before) != 0 && errno == ENOENT;
    owned_ =
        file.follows_links ? open_for_writing(file.path, cancel_fd) : open_without_links(file.path);
    fd_ = owned_.get();
    replaces_ = !file.follows_links || own_stream(file.path) < 0;
  }
  struct stat status;
  may_wait_ = fstat(fd_, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

LocalWriter::~LocalWriter() {
  if (is_new_ && !begun_)
    unlink(name_.c_str());
}

void LocalWriter::begin() {
  begun_ = true;
  struct stat status;
  if (replaces_ && fstat(fd_, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(fd_, 0) != 0)
    base::throw_errno(name_);
}

void LocalWriter::write(std::string_view bytes) {
  if (bytes.size() > bytes_left_)
    throw Error(Errc::System, base::cat("more than ", max_bytes_, " bytes came from the guest"),
                EFBIG);
  bytes_left_ -= bytes.size();
  if (sink_)
    return sink_(bytes);
  if (bytes.size() >= kWriteSize) {
    flush();
    put(bytes);
    return;
  }
  pending_.append(bytes);
  if (pending_.size() >= kWriteSize)
    flush();
}

void LocalWriter::flush() {
  put(pending_);
  pending_.clear();
}

void LocalWriter::put(std::string_view bytes) {
  if (!may_wait_)
    return base::write_all(fd_, bytes, name_);
  while (!bytes.empty()) {
    wait_for_room();
    const std::string_view piece = bytes.substr(0, room_in_pipe(fd_));
    base::write_all(fd_, piece, name_);
    bytes.remove_prefix(piece.size());
  }
}

// Without a limit: who reads has all the time that the caller gives him.
void LocalWriter::wait_for_room() const {
  for (;;) {
    pollfd fds[] = {{fd_, POLLOUT, 0}, {cancel_fd_, POLLIN, 0}};
    base::poll_until(fds, base::Deadline::after(std::chrono::hours(1)));
    if (fds[1].revents)
      throw_if_readable(cancel_fd_, std::chrono::milliseconds(0));
    if (fds[0].revents)
      return;
  }
}

void LocalWriter::finish() {
  flush();
  if (owned_.valid())
    base::with_context(name_, [&] { owned_.close(); });
}

}  // namespace glovebox::calls
