// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/image.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <vector>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "disk/formats/qcow2_extent.h"

namespace glovebox::disk {
namespace {

using base::cat;

constexpr uint64_t kSector = 512;
constexpr uint64_t kNullDiskBytes = 4096;

Errc code_for(int errnum) {
  switch (errnum) {
    case ENOENT:
    case ENOTDIR:
      return Errc::NotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return Errc::Denied;
    default:
      return Errc::System;
  }
}

// O_NONBLOCK: opening a FIFO must not wait for its other end. It means nothing for what we accept.
base::UniqueFd open_without_waiting(const std::string& path, Access access) {
  const int mode = access == Access::ReadWrite ? O_RDWR : O_RDONLY;
  base::UniqueFd fd(open(path.c_str(), mode | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.valid())
    return fd;
  const int errnum = errno;
  if (errnum == EISDIR)
    throw Error(Errc::Usage, "is a directory, not a disk image", EISDIR);
  if (errnum == ENXIO)
    throw Error(Errc::Usage, "is a socket, or a device without a driver, not a disk image", ENXIO);
  throw Error(code_for(errnum), base::errno_text(errnum), errnum);
}

bool is_dev_null(const struct stat& st) {
  return S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

void check_kind(const struct stat& st) {
  if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
    throw Error(Errc::Usage, cat("is a ", base::file_kind(st.st_mode), ", not a disk image"));
}

uint64_t size_of(int fd, const struct stat& st) {
  if (S_ISREG(st.st_mode))
    return static_cast<uint64_t>(st.st_size);
  uint64_t size = 0;
  if (ioctl(fd, BLKGETSIZE64, &size) != 0)
    base::throw_errno("cannot determine the size of the device");
  return size;
}

std::vector<std::byte> read_start(int fd, size_t count) {
  std::vector<std::byte> bytes(count);
  bytes.resize(base::pread_some(fd, bytes.data(), count, 0, "reading the header"));
  return bytes;
}

void refuse_unsupported(Format format) {
  if (is_supported(format))
    return;
  if (format == Format::Luks)
    throw Error(Errc::Unsupported,
                "begins with a LUKS header; if the guest encrypted its whole disk, give its "
                "format as raw (tools: --format)");
  throw Error(Errc::Unsupported, cat("is a ", format_name(format),
                                     " image, which is not supported; convert it first: ",
                                     "qemu-img convert -O qcow2"));
}

void refuse_what_qemu_would_follow(const Qcow2Header& header, Access access) {
  const Qcow2Features& features = header.features;
  // qemu opens the data file by itself, by a path that a stranger wrote.
  if (features.external_data_file)
    throw Error(
        Errc::Denied,
        cat("keeps its data in another file, '", base::escape(header.data_file),
            "', which is not opened from a header; convert it first: qemu-img convert -O qcow2"));
  if (header.crypt_method != 0)
    throw Error(Errc::Unsupported, "is an encrypted qcow2 image, which is not supported");
  if (features.corrupt && access == Access::ReadWrite)
    throw Error(Errc::Corrupt,
                "is marked corrupt and can only be read; to repair it: qemu-img check -r all");
}

Qcow2Header read_qcow2(int fd, uint64_t file_size, Access access) {
  const size_t wanted = qcow2_header_bytes(read_start(fd, kQcow2FixedBytes));
  const std::vector<std::byte> start = read_start(fd, wanted);
  Qcow2Header header = parse_qcow2_header(start, file_size);
  refuse_what_qemu_would_follow(header, access);
  check_qcow2_is_whole(fd, header, file_size);
  return header;
}

Image null_image(const std::string& path, Access access) {
  Image image;
  image.fd = base::make_memfd("null-disk");
  if (ftruncate(image.fd.get(), kNullDiskBytes) != 0)
    base::throw_errno("memfd");
  // qemu takes a descriptor only for the access that it was opened with.
  if (access == Access::ReadOnly)
    image.fd = base::open_file(base::cat("/proc/self/fd/", image.fd.get()), O_RDONLY);
  image.path = path;
  image.file_size = image.virtual_size = kNullDiskBytes;
  return image;
}

uint64_t whole_sectors(uint64_t bytes) {
  return bytes / kSector * kSector + (bytes % kSector != 0 ? kSector : 0);
}

}  // namespace

Located locate(const std::string& path) {
  Located file{.handle = base::UniqueFd(open(path.c_str(), O_PATH | O_CLOEXEC)), .name = path};
  const int errnum = errno;
  if (!file.handle.valid())
    throw Error(code_for(errnum), base::errno_text(errnum), errnum);
  struct stat st;
  if (fstat(file.handle.get(), &st) != 0)
    base::throw_errno("fstat");
  if (!is_dev_null(st))
    check_kind(st);
  file.place = {.real_path = real_path(file.handle.get()), .is_block_device = S_ISBLK(st.st_mode)};
  return file;
}

Image open_unexamined(const Located& file, Access access) {
  Image image = open_unexamined(cat("/proc/self/fd/", file.handle.get()), access);
  image.path = file.name;
  return image;
}

Image open_unexamined(const std::string& path, Access access) {
  Image image;
  image.fd = open_without_waiting(path, access);
  struct stat st;
  if (fstat(image.fd.get(), &st) != 0)
    base::throw_errno("fstat");
  if (is_dev_null(st))
    return null_image(path, access);
  check_kind(st);
  image.path = path;
  image.is_block_device = S_ISBLK(st.st_mode);
  image.file_size = size_of(image.fd.get(), st);
  if (image.file_size == 0)
    throw Error(Errc::Corrupt, "is empty (0 bytes): there is no disk in it");
  image.virtual_size = whole_sectors(image.file_size);
  return image;
}

void examine(Image& image, Access access, std::optional<Format> format) {
  const Format found = format ? *format : recognise(read_start(image.fd.get(), kMagicBytes));
  refuse_unsupported(found);
  image.format = found;
  if (found == Format::Raw)
    return;
  image.qcow2 = read_qcow2(image.fd.get(), image.file_size, access);
  image.virtual_size = image.qcow2->virtual_size;
}

Identity identity_of(const Image& image) {
  struct stat st;
  if (fstat(image.fd.get(), &st) != 0)
    base::throw_errno(base::escape(image.path));
  if (image.is_block_device)
    return {true, st.st_rdev, 0};
  return {false, st.st_dev, st.st_ino};
}

Place place_of(const Image& image) {
  return {.real_path = real_path(image.fd.get()), .is_block_device = image.is_block_device};
}

std::string real_path(int fd) {
  char target[PATH_MAX];
  const ssize_t length = readlink(cat("/proc/self/fd/", fd).c_str(), target, sizeof target);
  if (length <= 0 || length == static_cast<ssize_t>(sizeof target))
    return {};
  const std::string path(target, static_cast<size_t>(length));
  return path.ends_with(" (deleted)") || path[0] != '/' ? std::string() : path;
}

}  // namespace glovebox::disk
