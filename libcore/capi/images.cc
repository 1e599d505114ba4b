// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Image files of the host. They are looked at by our own readers, which follow nothing that a
// header names; made by qemu-img, but for raw ones.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "capi/handle_calls.h"
#include "disk/chain.h"
#include "disk/configuration.h"
#include "disk/image.h"

namespace glovebox::capi::handle_calls {
namespace {

using base::cat;

constexpr int kSmallestCluster = 512;
constexpr int kLargestCluster = 2 << 20;
// Preallocating writes the whole image.
constexpr auto kLongestCreate = std::chrono::hours(6);

// The image, and its format, which is all that is known of one that we cannot read.
struct Seen {
  disk::Image image;
  disk::Format format = disk::Format::Raw;
};

Seen look_at(const std::string& path) {
  return base::with_context(path, [&] {
    Seen seen{.image = disk::open_unexamined(path, disk::Access::ReadOnly)};
    std::byte start[disk::kMagicBytes];
    const size_t size = base::pread_some(seen.image.fd.get(), start, sizeof start, 0, "header");
    seen.format = disk::recognise({start, size});
    if (disk::is_supported(seen.format))
      disk::examine(seen.image, disk::Access::ReadOnly, seen.format);
    return seen;
  });
}

disk::Image readable(const std::string& path) {
  Seen seen = look_at(path);
  if (!disk::is_supported(seen.format))
    throw Error(Errc::Unsupported,
                cat(path, ": is a ", disk::format_name(seen.format),
                    " image, which Glovebox does not read yet"),
                ENOTSUP);
  return std::move(seen.image);
}

bool is_block_device(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode);
}

[[noreturn]] void invalid(const char* parameter, const std::string& value) {
  throw Error(Errc::Usage, cat("invalid value for ", parameter, " parameter ‘", value, "’"));
}

void check_size(const std::string& filename, int64_t size, const DiskCreateOptions& options) {
  if (options.backingfile && size != -1)
    throw Error(Errc::Usage, "if using a backing file, size must be passed as -1");
  if (!options.backingfile && size <= 0 && !is_block_device(filename))
    throw Error(Errc::Usage, cat("invalid size: ", size));
}

// --- raw

void refuse_options_of_qcow2(const DiskCreateOptions& options) {
  if (options.backingfile)
    throw Error(Errc::Usage, "backingfile cannot be used for raw format disks");
  const std::pair<const char*, bool> given[] = {
      {"backingformat", options.backingformat.has_value()},
      {"compat", options.compat.has_value()},
      {"clustersize", options.clustersize.has_value()}};
  for (const auto& [name, is_given] : given)
    if (is_given)
      throw Error(Errc::Usage, cat(name, " parameter cannot be used with raw format"));
}

bool wants_all_blocks(const std::string& preallocation) {
  if (preallocation != "off" && preallocation != "sparse" && preallocation != "full")
    invalid("preallocation", preallocation);
  return preallocation == "full";
}

[[noreturn]] void cannot_create(const std::string& filename, int errnum) {
  throw Error(Errc::System,
              cat("cannot create raw file: ", filename, ": ", base::errno_text(errnum)), errnum);
}

// What is there may be written over only if it is a file or a disk.
void refuse_special(const std::string& filename) {
  struct stat status;
  if (stat(filename.c_str(), &status) != 0)
    return;
  if (S_ISCHR(status.st_mode))
    throw Error(Errc::Usage, cat("refusing to overwrite char device ‘", filename, "’"));
  if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode))
    throw Error(Errc::Usage,
                cat("refusing to overwrite ‘", filename, "’, which is not a regular file"));
}

// An empty disk, where the device can forget; one that cannot keeps what it has, as it does with
// the field's library.
void discard_all(int fd) {
  uint64_t range[2] = {0, 0};
  if (ioctl(fd, BLKGETSIZE64, &range[1]) == 0)
    ioctl(fd, BLKDISCARD, range);
}

void create_raw(const std::string& filename, int64_t size, const DiskCreateOptions& options) {
  refuse_options_of_qcow2(options);
  const bool full = wants_all_blocks(options.preallocation.value_or("off"));
  const bool device = is_block_device(filename);
  // O_NONBLOCK: a FIFO without a reader must not be waited for.
  const int how = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const base::UniqueFd fd(device ? open(filename.c_str(), how)
                                 : open(filename.c_str(), how | O_CREAT | O_TRUNC, 0666));
  if (!fd.valid())
    cannot_create(filename, errno);
  if (device)
    return discard_all(fd.get());
  int errnum = ftruncate(fd.get(), size) == 0 ? 0 : errno;
  if (errnum == 0 && full)
    errnum = posix_fallocate(fd.get(), 0, size);
  if (errnum == 0)
    return;
  unlink(filename.c_str());
  cannot_create(filename, errnum);
}

// --- qcow2

std::string qemu_preallocation(const std::string& value) {
  if (value == "off" || value == "sparse")
    return "off";
  if (value != "metadata" && value != "full")
    invalid("preallocation", value);
  return value;
}

std::string qemu_options(const DiskCreateOptions& options) {
  const std::string compat = options.compat.value_or("1.1");
  if (compat != "0.10" && compat != "1.1")
    invalid("compat", compat);
  std::string text =
      cat("preallocation=", qemu_preallocation(options.preallocation.value_or("off")),
          ",compat=", compat);
  if (const auto& size = options.clustersize) {
    const bool power = *size > 0 && std::has_single_bit(static_cast<unsigned>(*size));
    if (!power || *size < kSmallestCluster || *size > kLargestCluster)
      invalid("clustersize", std::to_string(*size));
    text += cat(",cluster_size=", *size);
  }
  return text;
}

// qemu-img takes "a:b" for a protocol, and "-a" for an option.
std::string plain_path(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

// What is recorded in the new image is believed by all who trust it, and qemu-img itself follows
// the base's chain: a guess has to keep the rules of disk/chain.h first. A name in a header is
// relative to the image's directory.
std::string backing_format(const std::string& filename, const DiskCreateOptions& options) {
  if (options.backingformat)
    return *options.backingformat;
  const auto directory = std::filesystem::path(filename).parent_path();
  return base::with_context("the backing file, whose format (backingformat) is not given", [&] {
    const disk::Chain chain =
        disk::open_chain(directory / *options.backingfile,
                         {.rules = disk::read_format_rules(disk::configuration_files())});
    return std::string(disk::format_name(chain.top().format));
  });
}

void create_qcow2(const std::string& filename, int64_t size, const DiskCreateOptions& options) {
  std::vector<std::string> command = {"qemu-img",           "create", "-q", "-f", "qcow2", "-o",
                                      qemu_options(options)};
  if (options.backingfile)
    command.insert(command.end(),
                   {"-b", *options.backingfile, "-F", backing_format(filename, options)});
  command.push_back(plain_path(filename));
  if (is_block_device(filename) && !options.backingfile)
    size = static_cast<int64_t>(readable(filename).file_size);
  if (!options.backingfile)
    command.push_back(std::to_string(size));
  base::run_ok({.argv = command, .timeout = kLongestCreate});
}

}  // namespace

void disk_create(guestfs_h&,
                 const std::string& filename,
                 const std::string& format,
                 int64_t size,
                 const DiskCreateOptions& options) {
  check_size(filename, size, options);
  refuse_special(filename);
  if (format == "raw")
    create_raw(filename, size, options);
  else if (format == "qcow2")
    create_qcow2(filename, size, options);
  else
    throw Error(Errc::Usage, cat("unsupported format ‘", format, "’"));
}

std::string disk_format(guestfs_h&, const std::string& filename) {
  return std::string(disk::format_name(look_at(filename).format));
}

int64_t disk_virtual_size(guestfs_h&, const std::string& filename) {
  const uint64_t size = readable(filename).virtual_size;
  if (size > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    throw Error(Errc::Corrupt, cat(filename, ": its header gives a size of ", size, " bytes"));
  return static_cast<int64_t>(size);
}

bool disk_has_backing_file(guestfs_h&, const std::string& filename) {
  return readable(filename).has_backing();
}

}  // namespace glovebox::capi::handle_calls
