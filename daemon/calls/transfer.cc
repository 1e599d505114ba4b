// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: whole files and devices in and out, and their checksums.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/checksum.h"
#include "daemon/guest_path.h"
#include "daemon/inspection.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kUploadedFileMode = 0666;

// A file of the guest, or one of its devices, to be read from the start to the end.
struct Source {
  base::UniqueFd fd;
  uint64_t size_bytes = 0;
};

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

Source open_source(Appliance& app, const std::string& name) {
  Source source;
  if (names_device(name)) {
    source.fd = base::open_file(app.device(name).name, O_RDONLY);
  } else {
    require_mounted(app);
    source.fd = open_in_guest(name, O_RDONLY);
  }
  source.size_bytes = size_of(source.fd, name);
  return source;
}

base::UniqueFd open_destination(Appliance& app, const std::string& name) {
  if (!names_device(name)) {
    require_mounted(app);
    return open_in_guest(name, O_WRONLY | O_CREAT | O_TRUNC, kUploadedFileMode);
  }
  const BlockDevice device = app.device(name);
  app.inspection->release();
  app.forget_everything();  // a device may hold parts of many others
  return base::open_file(device.name, O_WRONLY);
}

}  // namespace

void download(Appliance& app,
              const std::string& remotefilename,
              FileOutStream& filename,
              Progress& progress) {
  const Source source = open_source(app, remotefilename);
  for (uint64_t done = 0;;) {
    const std::span<char> room = filename.room();
    const ssize_t count = ::read(source.fd.get(), room.data(), room.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throw_guest_errno(remotefilename);
    if (count == 0)
      return;
    filename.commit(static_cast<size_t>(count));
    done += static_cast<uint64_t>(count);
    progress.report(done, std::max(done, source.size_bytes));
  }
}

void upload(Appliance& app,
            FileInStream& filename,
            const std::string& remotefilename,
            Progress& progress) {
  base::UniqueFd fd = open_destination(app, remotefilename);
  uint64_t done = 0;
  for (std::string_view piece = filename.next(); !piece.empty(); piece = filename.next()) {
    base::write_all(fd.get(), piece, base::escape(remotefilename));
    done += piece.size();
    if (filename.size_hint() != 0)
      progress.report(done, std::max(done, filename.size_hint()));
    else
      progress.pulse();
  }
  base::with_context(base::escape(remotefilename), [&] { fd.close(); });
}

std::string checksum(Appliance& app,
                     const std::string& csumtype,
                     const std::string& path,
                     Progress& progress) {
  const Checksum kind(csumtype);
  require_mounted(app);
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  const uint64_t size = size_of(fd, path);
  return kind.of(fd.get(), base::escape(path),
                 [&](uint64_t done) { progress.report(done, std::max(done, size)); });
}

}  // namespace glovebox::guestd
