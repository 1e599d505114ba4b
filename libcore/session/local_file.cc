// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/local_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::session {
namespace {

constexpr size_t kWriteSize = 256 * 1024;

std::string name_of(const LocalFile& file) {
  return file.fd >= 0 ? base::cat("descriptor ", file.fd) : file.path;
}

}  // namespace

LocalReader::LocalReader(const LocalFile& file) : fd_(file.fd), name_(name_of(file)) {
  if (fd_ < 0) {
    owned_ = base::open_file(file.path, O_RDONLY | O_NOCTTY);
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

LocalWriter::LocalWriter(const LocalFile& file)
    : fd_(file.fd), name_(name_of(file)), bytes_left_(file.max_bytes), max_bytes_(file.max_bytes) {
  if (fd_ < 0) {
    owned_ = base::open_file(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0666);
    fd_ = owned_.get();
  }
}

void LocalWriter::write(std::string_view bytes) {
  if (bytes.size() > bytes_left_)
    throw Error(Errc::System, base::cat("more than ", max_bytes_, " bytes came from the guest"),
                EFBIG);
  bytes_left_ -= bytes.size();
  if (bytes.size() >= kWriteSize) {
    flush();
    base::write_all(fd_, bytes, name_);
    return;
  }
  pending_.append(bytes);
  if (pending_.size() >= kWriteSize)
    flush();
}

void LocalWriter::flush() {
  base::write_all(fd_, pending_, name_);
  pending_.clear();
}

void LocalWriter::finish() {
  flush();
  if (owned_.valid())
    base::with_context(name_, [&] { owned_.close(); });
}

}  // namespace glovebox::session
