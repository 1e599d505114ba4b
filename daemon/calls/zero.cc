// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls: writing zeroes and other filling, and looking for zeroes. What is zero already is not
// written again: a sparse image stays sparse.
#include "guestd/functions/zero.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/program.h"
#include "daemon/rpc/progress.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/system/random_uuid.h"
#include "guestd/functions/blockdev.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kChunkBytes = 1 << 20;
constexpr uint64_t kHeadBytes = 32 * 4096;  // what zero() clears of a device

bool all_zero(std::string_view bytes) {
  return bytes.empty() ||
         (bytes.front() == 0 && bytes.substr(1) == bytes.substr(0, bytes.size() - 1));
}

void write_at(int fd, std::string_view bytes, uint64_t offset, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      base::throw_errno(name);
    bytes.remove_prefix(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
}

void zero_first(Appliance& app, const std::string& device, uint64_t limit, Progress& progress) {
  const DeviceChange change(app, device);
  const uint64_t total =
      std::min(limit, static_cast<uint64_t>(blockdev_getsize64(app, change.name())));
  const base::UniqueFd fd = base::open_file(change.name(), O_RDWR);
  const std::string zeroes(kChunkBytes, '\0');
  std::string buffer(kChunkBytes, '\0');
  for (uint64_t done = 0; done < total; done += kChunkBytes) {
    const size_t count = static_cast<size_t>(std::min<uint64_t>(kChunkBytes, total - done));
    base::pread_some(fd.get(), buffer.data(), count, done, change.name());
    if (!all_zero(std::string_view(buffer).substr(0, count)))
      write_at(fd.get(), std::string_view(zeroes).substr(0, count), done, change.name());
    progress.report(done + count, total);
  }
  if (::fsync(fd.get()) != 0)
    base::throw_errno(change.name());
}

bool is_all_zero(int fd, const std::string& name) {
  std::string buffer(kChunkBytes, '\0');
  for (uint64_t done = 0;;) {
    const size_t count = base::pread_some(fd, buffer.data(), buffer.size(), done, name);
    if (!all_zero(std::string_view(buffer).substr(0, count)))
      return false;
    if (count < buffer.size())
      return true;
    done += count;
  }
}

// Makes the file of `length` bytes that repeat the pattern.
void fill_with(Appliance& app,
               const std::string& pattern,
               int32_t length,
               const std::string& path,
               Progress& progress) {
  app.mounts.require_any();
  base::UniqueFd fd = open_in_guest(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  std::string chunk;
  while (chunk.size() < kChunkBytes) chunk += pattern;
  const auto total = static_cast<uint64_t>(length);
  for (uint64_t done = 0; done < total;) {
    const size_t count = static_cast<size_t>(std::min<uint64_t>(chunk.size(), total - done));
    base::write_all(fd.get(), std::string_view(chunk).substr(0, count), base::escape(path));
    progress.report(done += count, total);
  }
  base::with_context(base::escape(path), [&] { fd.close(); });
}

void require_length(int32_t length) {
  if (length < 0)
    refuse(base::cat(length, ": length is < 0"));
}

struct statvfs space_of(int fd, const std::string& path) {
  struct statvfs space = {};
  if (::fstatvfs(fd, &space) != 0)
    throw_guest_errno(path);
  return space;
}

// scrub(1) takes paths of the appliance: the directory is resolved here and named by its
// descriptor.
void scrub(const std::vector<std::string>& arguments, const std::string& about) {
  run_program(
      {.argv = Arguments{"scrub"}.add_all(arguments), .about = about, .timeout = kLongTimeout});
}

}  // namespace

void zero(Appliance& app, const std::string& device, Progress& progress) {
  zero_first(app, device, kHeadBytes, progress);
}

void zero_device(Appliance& app, const std::string& device, Progress& progress) {
  zero_first(app, device, UINT64_MAX, progress);
}

bool is_zero(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return is_all_zero(open_in_guest(path, O_RDONLY).get(), base::escape(path));
}

bool is_zero_device(Appliance& app, const std::string& device) {
  const BlockDevice found = app.device(device);
  return is_all_zero(base::open_file(found.name, O_RDONLY).get(), found.name);
}

void fill(Appliance& app, int32_t c, int32_t len, const std::string& path, Progress& progress) {
  if (c < 0 || c > 0xff)
    refuse(base::cat(c, ": byte number must be in range 0..255"));
  require_length(len);
  fill_with(app, std::string(kChunkBytes, static_cast<char>(c)), len, path, progress);
}

void fill_pattern(Appliance& app,
                  const std::string& pattern,
                  int32_t len,
                  const std::string& path,
                  Progress& progress) {
  require_length(len);
  if (pattern.empty())
    refuse("pattern string must be non-empty");
  fill_with(app, pattern, len, path, progress);
}

void fill_dir(Appliance& app, const std::string& dir, int32_t nr) {
  const base::UniqueFd directory = open_directory(app, dir);
  for (int32_t i = 0; i < nr; ++i) {
    char name[16];
    snprintf(name, sizeof name, "%08d", i);
    const base::UniqueFd fd(::openat(directory.get(), name,
                                     O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (!fd.valid())
      throw_guest_errno(base::cat(dir, "/", name));
  }
}

// A file without a name takes all the space there is, in zeroes, and gives it back.
void zero_free_space(Appliance& app, const std::string& directory, Progress& progress) {
  app.mounts.require_any();
  const base::UniqueFd where = open_in_guest(directory, O_RDONLY | O_DIRECTORY);
  const std::string name = ".glovebox-" + random_uuid();
  const base::UniqueFd file(
      ::openat(where.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid())
    throw_guest_errno(directory);
  const base::ScopeExit remove([&] { ::unlinkat(where.get(), name.c_str(), 0); });
  const struct statvfs space = space_of(where.get(), directory);
  const uint64_t total = static_cast<uint64_t>(space.f_bfree) * space.f_frsize;
  const std::string zeroes(kChunkBytes, '\0');
  size_t count = kChunkBytes;
  for (uint64_t done = 0; count > 0;) {
    const ssize_t written = ::write(file.get(), zeroes.data(), count);
    if (written < 0 && errno == ENOSPC)
      count /= 2;  // the last bits, too
    else if (written < 0 && errno == EFBIG)
      break;
    else if (written < 0 && errno != EINTR)
      throw_guest_errno(directory);
    else if (written > 0)
      progress.report(std::min(done += static_cast<uint64_t>(written), total), total);
  }
  if (::fsync(file.get()) != 0)
    throw_guest_errno(directory);
}

void fstrim(Appliance& app, const std::string& mountpoint, const FstrimOptions& optargs) {
  const auto at_least = [](const std::optional<int64_t>& value, int64_t least, const char* name) {
    if (value && *value < least)
      refuse(base::cat(name, least == 0 ? " < 0" : " <= 0"));
  };
  at_least(optargs.offset, 0, "offset");
  at_least(optargs.length, 1, "length");
  at_least(optargs.minimumfreeextent, 1, "minimumfreeextent");
  app.mounts.require_any();
  const base::UniqueFd fd =
      without_errno([&] { return open_in_guest(mountpoint, O_RDONLY | O_DIRECTORY); });
  fstrim_range range = {.start = static_cast<uint64_t>(optargs.offset.value_or(0)),
                        .len = optargs.length ? static_cast<uint64_t>(*optargs.length) : UINT64_MAX,
                        .minlen = static_cast<uint64_t>(optargs.minimumfreeextent.value_or(0))};
  if (::syncfs(fd.get()) != 0)
    throw_guest_errno(mountpoint);
  if (::ioctl(fd.get(), FITRIM, &range) != 0) {
    if (errno == ENOTTY)
      errno = EOPNOTSUPP;
    throw_guest_errno(mountpoint);
  }
}

void wipefs(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  change.wipe_signatures();
  // The partitions of a table that is gone. In use, or no disk with partitions: nothing is to do.
  ::ioctl(base::open_file(change.name(), O_RDONLY).get(), BLKRRPART);
}

void scrub_device(Appliance& app, const std::string& device) {
  const DeviceChange change(app, device);
  scrub({change.name()}, change.name());
}

void scrub_file(Appliance& app, const std::string& file) {
  app.mounts.require_any();
  open_in_guest(file, O_PATH);  // for the errno
  const GuestEntry entry = find_entry(file);
  scrub({"-r", base::cat("/proc/", ::getpid(), "/fd/", entry.directory.get(), "/", entry.name)},
        base::escape(file));
}

void scrub_freespace(Appliance& app, const std::string& dir) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(dir);
  scrub({"-X", base::cat("/proc/", ::getpid(), "/fd/", entry.directory.get(), "/", entry.name)},
        base::escape(dir));
}

}  // namespace glovebox::guestd
