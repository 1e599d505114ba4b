// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: whole files and devices in and out, and their checksums.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/device_change.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"
#include "daemon/sysroot/directory.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/system/checksum.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kBlockBytes = 256 << 10;

// Sends `size_bytes` bytes from `offset`, or as many as there are.
void send_part(const Source& source,
               const std::string& name,
               uint64_t offset,
               uint64_t size_bytes,
               FileOutStream& out,
               Progress& progress) {
  std::string block;
  for (uint64_t done = 0; done < size_bytes; done += block.size()) {
    block.resize(std::min<uint64_t>(kBlockBytes, size_bytes - done));
    block.resize(base::pread_some(source.fd.get(), block.data(), block.size(), offset + done,
                                  base::escape(name)));
    if (block.empty())
      return;
    out.write(block);
    progress.report(done + block.size(), size_bytes);
  }
}

constexpr uint64_t kCachedBytes = 2 << 20;  // the beginning, which may be all of a small file
constexpr uint64_t kDirectBytes = 4096;     // no device has larger sectors

// While one lives, a file is read or written past the page cache: qemu takes from our buffer, or
// fills it, where the emulated CPU would copy each page and look after it.
class Direct {
 public:
  // Not where the file system cannot do it, nor at what is not aligned.
  Direct(int fd, uint64_t position, uint64_t count)
      : fd_(fd),
        set_(position >= kCachedBytes && position % kDirectBytes == 0 &&
             count % kDirectBytes == 0 && set(true)) {}
  ~Direct() {
    if (set_)
      set(false);
  }
  Direct(const Direct&) = delete;
  Direct& operator=(const Direct&) = delete;
  explicit operator bool() const { return set_; }

 private:
  bool set(bool direct) const {
    const int flags = ::fcntl(fd_, F_GETFL);
    return flags >= 0 && ::fcntl(fd_, F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
  }

  const int fd_;
  const bool set_;
};

// Writes all of it; what goes wrong past the page cache is tried again the usual way.
void write_piece(int fd, std::string_view piece, uint64_t position, const std::string& name) {
  size_t done = 0;
  if (const Direct direct(fd, position, piece.size()); direct) {
    const ssize_t count = ::write(fd, piece.data(), piece.size());
    done = count > 0 ? static_cast<size_t>(count) : 0;
  }
  base::write_all(fd, piece.substr(done), name);
}

ssize_t read_piece(int fd, std::span<char> room, uint64_t position) {
  if (const Direct direct(fd, position, room.size()); direct)
    if (const ssize_t count = ::read(fd, room.data(), room.size()); count >= 0)
      return count;
  return ::read(fd, room.data(), room.size());
}

void receive(FileInStream& in,
             const base::UniqueFd& fd,
             const std::string& name,
             Progress& progress) {
  const off_t start = ::lseek(fd.get(), 0, SEEK_CUR);
  uint64_t done = 0;
  for (std::string_view piece = in.next(); !piece.empty(); piece = in.next()) {
    write_piece(fd.get(), piece, static_cast<uint64_t>(std::max<off_t>(start, 0)) + done,
                base::escape(name));
    done += piece.size();
    if (in.size_hint() != 0)
      progress.report(done, std::max(done, in.size_hint()));
    else
      progress.pulse();
  }
}

uint64_t not_negative(int64_t value, const char* what) {
  if (value < 0)
    throw Error(Errc::Usage, std::string(what) + " is negative", EINVAL);
  return static_cast<uint64_t>(value);
}

// A line as md5sum(1) and its like print it; a name that would break the line is escaped.
std::string sum_line(const std::string& type,
                     const std::string& sum,
                     uint64_t size,
                     std::string name) {
  std::string shown;
  for (const char c : name) shown += c == '\\' ? "\\\\" : c == '\n' ? "\\n" : std::string(1, c);
  if (type == "crc")
    return base::cat(sum, " ", size, " ./", name, "\n");
  return base::cat(shown == name ? "" : "\\", sum, "  ./", shown, "\n");
}

}  // namespace

void download(Appliance& app,
              const std::string& remotefilename,
              FileOutStream& filename,
              Progress& progress) {
  const Source source = open_source(app.assembly, app.mounts, remotefilename);
  for (uint64_t done = 0;;) {
    const std::span<char> room = filename.room();
    const ssize_t count = read_piece(source.fd.get(), room, done);
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
  base::UniqueFd fd = open_destination(app, remotefilename, O_CREAT | O_TRUNC);
  receive(filename, fd, remotefilename, progress);
  base::with_context(base::escape(remotefilename), [&] { fd.close(); });
}

void download_offset(Appliance& app,
                     const std::string& remotefilename,
                     FileOutStream& filename,
                     int64_t offset,
                     int64_t size,
                     Progress& progress) {
  send_part(open_source(app.assembly, app.mounts, remotefilename), remotefilename, not_negative(offset, "offset"),
            not_negative(size, "size"), filename, progress);
}

void upload_offset(Appliance& app,
                   FileInStream& filename,
                   const std::string& remotefilename,
                   int64_t offset,
                   Progress& progress) {
  not_negative(offset, "offset");
  base::UniqueFd fd = open_destination(app, remotefilename, O_CREAT);
  if (::lseek(fd.get(), offset, SEEK_SET) < 0)
    throw_guest_errno(remotefilename);
  receive(filename, fd, remotefilename, progress);
  base::with_context(base::escape(remotefilename), [&] { fd.close(); });
}

std::string checksum(Appliance& app,
                     const std::string& csumtype,
                     const std::string& path,
                     Progress& progress) {
  const Checksum kind(csumtype);
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  const uint64_t size = size_of(fd, path);
  return kind.of(fd.get(), base::escape(path),
                 [&](uint64_t done) { progress.report(done, std::max(done, size)); });
}

std::string checksum_device(Appliance& app,
                            const std::string& csumtype,
                            const std::string& device,
                            Progress& progress) {
  const Checksum kind(csumtype);
  const BlockDevice found = app.device(device);
  const base::UniqueFd fd = base::open_file(found.name, O_RDONLY);
  const uint64_t size = size_of(fd, found.name);
  return kind.of(fd.get(), found.name,
                 [&](uint64_t done) { progress.report(done, std::max(done, size)); });
}

void checksums_out(Appliance& app,
                   const std::string& csumtype,
                   const std::string& directory,
                   FileOutStream& sumsfile) {
  const Checksum kind(csumtype);
  app.mounts.require_any();
  walk_tree(open_in_guest(directory, O_RDONLY | O_DIRECTORY), directory,
            {.visit = [&](int parent, const std::string& path, const DirectoryEntry& entry) {
              struct stat status = {};
              if (::fstatat(parent, entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
                  !S_ISREG(status.st_mode))
                return;
              const base::UniqueFd fd = open_beneath(parent, entry.name, O_RDONLY | O_NOFOLLOW);
              const std::string sum = kind.of(fd.get(), base::escape(path), [](uint64_t) {});
              sumsfile.write(sum_line(csumtype, sum, static_cast<uint64_t>(status.st_size), path));
            }});
}

}  // namespace glovebox::guestd
