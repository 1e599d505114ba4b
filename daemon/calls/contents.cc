// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what is in a file, as text, counts and sizes; and parts of devices.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/formats/refuse.h"
#include "daemon/formats/text_dump.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"
#include "proto/message.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kNewFileMode = 0666;
constexpr int32_t kUsualLines = 10;

base::UniqueFd open_to_read(const Appliance& app, const std::string& path) {
  app.mounts.require_any();
  return open_in_guest(path, O_RDONLY);
}

// Feeds the whole file to something that has add().
template <typename Taker>
void feed(const Appliance& app, const std::string& path, Taker& taker, Progress& progress) {
  for_each_block(open_to_read(app, path), path, [&](std::string_view bytes) {
    progress.pulse();
    taker.add(bytes);
  });
}

std::vector<std::string> lines_of(const Appliance& app,
                                  const std::string& path,
                                  const LineRange& range,
                                  Progress& progress) {
  const base::UniqueFd fd = open_to_read(app, path);
  LineSelector lines(range);
  std::array<char, 65536> block;
  for (;;) {
    const ssize_t count = ::read(fd.get(), block.data(), block.size());
    if (count < 0)
      throw_guest_errno(path);
    if (count == 0 || !lines.add({block.data(), static_cast<size_t>(count)}))
      return lines.finish();
    progress.pulse();
  }
}

WordCount count_of(const Appliance& app, const std::string& path, Progress& progress) {
  WordCount count;
  feed(app, path, count, progress);
  return count;
}

int32_t as_int(uint64_t value, const std::string& path) {
  if (value > static_cast<uint64_t>(std::numeric_limits<int32_t>::max()))
    throw Error(Errc::Corrupt, base::escape(path) + ": the number does not fit", EOVERFLOW);
  return static_cast<int32_t>(value);
}

void require_not_negative(int64_t value, const char* what) {
  if (value < 0)
    throw Error(Errc::Usage, std::string(what) + " is negative", EINVAL);
}

std::string read_block(const base::UniqueFd& fd,
                       size_t count,
                       uint64_t at,
                       const std::string& name) {
  std::string block(count, '\0');
  block.resize(base::pread_some(fd.get(), block.data(), count, at, base::escape(name)));
  return block;
}

}  // namespace

void truncate(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  open_in_guest(path, O_WRONLY | O_TRUNC);
}

std::vector<std::string> head(Appliance& app, const std::string& path, Progress& progress) {
  return lines_of(app, path, head_range(kUsualLines), progress);
}

std::vector<std::string> head_n(Appliance& app,
                                int32_t nrlines,
                                const std::string& path,
                                Progress& progress) {
  return lines_of(app, path, head_range(nrlines), progress);
}

std::vector<std::string> tail(Appliance& app, const std::string& path, Progress& progress) {
  return lines_of(app, path, tail_range(kUsualLines), progress);
}

std::vector<std::string> tail_n(Appliance& app,
                                int32_t nrlines,
                                const std::string& path,
                                Progress& progress) {
  return lines_of(app, path, tail_range(nrlines), progress);
}

int32_t wc_l(Appliance& app, const std::string& path, Progress& progress) {
  return as_int(count_of(app, path, progress).lines, path);
}

int32_t wc_w(Appliance& app, const std::string& path, Progress& progress) {
  return as_int(count_of(app, path, progress).words, path);
}

int32_t wc_c(Appliance& app, const std::string& path, Progress& progress) {
  return as_int(count_of(app, path, progress).bytes, path);
}

int64_t filesize(Appliance& app, const std::string& file) {
  app.mounts.require_any();
  struct stat status = {};
  if (::fstat(open_in_guest(file, O_PATH).get(), &status) != 0)
    throw_guest_errno(file);
  return status.st_size;
}

bool equal(Appliance& app, const std::string& file1, const std::string& file2, Progress& progress) {
  constexpr size_t kCompared = 256 << 10;
  const base::UniqueFd first = open_to_read(app, file1);
  const base::UniqueFd second = open_to_read(app, file2);
  if (size_of(first, file1) != size_of(second, file2))
    return false;
  for (uint64_t at = 0;; at += kCompared) {
    const std::string one = read_block(first, kCompared, at, file1);
    if (one != read_block(second, kCompared, at, file2))
      return false;
    if (one.size() < kCompared)
      return true;
    progress.pulse();
  }
}

std::vector<std::string> strings(Appliance& app, const std::string& path, Progress& progress) {
  return strings_e(app, "s", path, progress);
}

std::vector<std::string> strings_e(Appliance& app,
                                   const std::string& encoding,
                                   const std::string& path,
                                   Progress& progress) {
  PrintableTexts texts(encoding);
  feed(app, path, texts, progress);
  return texts.finish();
}

std::string hexdump(Appliance& app, const std::string& path, Progress& progress) {
  HexDump dump;
  feed(app, path, dump, progress);
  return dump.finish();
}

std::string pread_device(Appliance& app, const std::string& device, int32_t count, int64_t offset) {
  const BlockDevice found = app.device(device);
  const size_t bytes = checked_count(count, found.name);
  require_not_negative(offset, "offset");
  return read_block(base::open_file(found.name, O_RDONLY), bytes, static_cast<uint64_t>(offset),
                    found.name);
}

int32_t pwrite_device(Appliance& app,
                      const std::string& device,
                      std::string_view content,
                      int64_t offset) {
  const BlockDevice found = app.device(device);
  require_not_negative(offset, "offset");
  base::UniqueFd fd = open_destination(app, found.name, 0);
  const ssize_t written = ::pwrite(fd.get(), content.data(), content.size(), offset);
  if (written < 0)
    base::throw_errno(found.name);
  base::with_context(found.name, [&] { fd.close(); });
  return static_cast<int32_t>(written);
}

void fallocate(Appliance& app, const std::string& path, int32_t len) {
  fallocate64(app, path, len);
}

void fallocate64(Appliance& app, const std::string& path, int64_t len) {
  app.mounts.require_any();
  require_not_negative(len, "length");
  base::UniqueFd fd = open_in_guest(path, O_WRONLY | O_CREAT | O_TRUNC, kNewFileMode);
  if (const int errnum = len == 0 ? 0 : ::posix_fallocate(fd.get(), 0, len); errnum != 0) {
    errno = errnum;
    throw_guest_errno(path);
  }
  base::with_context(base::escape(path), [&] { fd.close(); });
}

void write_file(Appliance& app, const std::string& path, const std::string& content, int32_t size) {
  require_not_negative(size, "size");
  if (static_cast<size_t>(size) > content.size())
    refuse("size parameter is larger than string content");
  internal_write(app, path,
                 size == 0 ? std::string_view(content)
                           : std::string_view(content).substr(0, static_cast<size_t>(size)));
}

}  // namespace glovebox::guestd
