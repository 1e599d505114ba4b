// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/file_or_device.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

bool all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// Writes all of it at a place of the file.
void write_at(const base::UniqueFd& fd,
              std::string_view bytes,
              uint64_t offset,
              const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throw_guest_errno(name);
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
}

// A hole at the end of a file is no bytes written: its size has to say them.
void extend_to(const base::UniqueFd& fd, uint64_t size_bytes, const std::string& name) {
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0)
    throw_guest_errno(name);
  if (S_ISREG(status.st_mode) && static_cast<uint64_t>(status.st_size) < size_bytes &&
      ::ftruncate(fd.get(), static_cast<off_t>(size_bytes)) != 0)
    throw_guest_errno(name);
}

}  // namespace

bool names_device(const std::string& name) {
  return name.starts_with("/dev/");
}

uint64_t size_of(const base::UniqueFd& fd, const std::string& name) {
  struct stat status = {};
  uint64_t bytes = 0;
  if (::fstat(fd.get(), &status) != 0)
    throw_guest_errno(name);
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    throw_guest_errno(name);
  }
  if (S_ISREG(status.st_mode))
    return static_cast<uint64_t>(status.st_size);
  if (!S_ISBLK(status.st_mode))
    throw Error(Errc::Usage, base::escape(name) + ": not a regular file", EINVAL);
  if (::ioctl(fd.get(), BLKGETSIZE64, &bytes) != 0)
    throw_guest_errno(name);
  return bytes;
}

Source open_source(Assembly& assembly, const Mounts& mounts, const std::string& name) {
  Source source;
  if (names_device(name)) {
    source.fd = base::open_file(assembly.device(name).name, O_RDONLY);
  } else {
    mounts.require_any();
    source.fd = open_in_guest(name, O_RDONLY);
  }
  source.size_bytes = size_of(source.fd, name);
  return source;
}

void copy_bytes(const base::UniqueFd& from,
                const std::string& from_name,
                const base::UniqueFd& to,
                const std::string& to_name,
                const CopyPlan& plan,
                Progress& progress) {
  const auto block = std::make_unique_for_overwrite<char[]>(kBlockBytes);
  for (uint64_t done = 0; done < plan.size_bytes;) {
    const size_t wanted = std::min<uint64_t>(kBlockBytes, plan.size_bytes - done);
    const size_t count = base::pread_some(from.get(), block.get(), wanted,
                                          plan.source_offset + done, base::escape(from_name));
    if (count == 0)
      throw Error(Errc::Usage,
                  base::cat(base::escape(from_name), ": ends ", plan.size_bytes - done,
                            " bytes before the size that was asked for"),
                  EINVAL);
    const std::string_view piece(block.get(), count);
    if (!plan.sparse || !all_zero(piece))
      write_at(to, piece, plan.destination_offset + done, to_name);
    done += count;
    progress.report(done, plan.size_bytes);
  }
  if (plan.sparse)
    extend_to(to, plan.destination_offset + plan.size_bytes, to_name);
}

void for_each_block(const base::UniqueFd& fd,
                    const std::string& name,
                    const std::function<void(std::string_view)>& take) {
  const auto block = std::make_unique_for_overwrite<char[]>(kBlockBytes);
  for (;;) {
    const ssize_t count = ::read(fd.get(), block.get(), kBlockBytes);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throw_guest_errno(name);
    if (count == 0)
      return;
    take({block.get(), static_cast<size_t>(count)});
  }
}

}  // namespace glovebox::guestd
