// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what is in an initial ramdisk. cpio(1) reads it in the appliance and never writes a file.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/compression.h"
#include "daemon/formats/initrd_archives.h"
#include "daemon/formats/text_dump.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kReadAheadBytes = 64 << 10;

// What reads an archive that begins like this.
Pipeline reader_of(std::string_view start, Program cpio) {
  std::vector<std::string> unpack = unpacker_of(start);
  if (unpack.empty())
    return {std::move(cpio)};
  return {Program{.argv = std::move(unpack)}, std::move(cpio)};
}

// An initial ramdisk and where its archives begin.
class Ramdisk {
 public:
  Ramdisk(const Appliance& app, const std::string& path) : name_(base::escape(path)) {
    app.mounts.require_any();
    fd_ = open_in_guest(path, O_RDONLY);
    archives_ = find_archives([&](uint64_t offset, size_t count) { return read(offset, count); });
  }

  const std::vector<uint64_t>& archives() const { return archives_; }

  // What cpio prints of one of the archives.
  std::string run_cpio(uint64_t archive, const std::vector<std::string>& arguments) {
    return base::with_context(name_, [&] {
      if (::lseek(fd_.get(), static_cast<off_t>(archive), SEEK_SET) < 0)
        base::throw_errno("lseek");
      return run_pipeline(reader_of(read(archive, kCompressionMagicBytes),
                                    {.argv = Arguments{"cpio", "--quiet"}.add_all(arguments)}),
                          fd_, kMaxTextBytes);
    });
  }

 private:
  // From a piece that is kept, because most headers lie near the last one.
  std::string read(uint64_t offset, size_t count) {
    if (offset < kept_at_ || offset + count > kept_at_ + kept_.size()) {
      kept_.resize(kReadAheadBytes);
      kept_at_ = offset;
      kept_.resize(base::pread_some(fd_.get(), kept_.data(), kept_.size(), offset, name_));
    }
    return kept_.substr(offset - kept_at_, count);
  }

  const std::string name_;
  base::UniqueFd fd_;
  std::vector<uint64_t> archives_;
  std::string kept_;
  uint64_t kept_at_ = 0;
};

// cpio takes names as patterns.
std::string as_pattern(const std::string& name) {
  std::string pattern;
  for (const char c : name) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos)
      pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// Refuses what has no content, by the first letter of cpio's line about it ("drwxr-xr-x ...").
void require_regular(char kind, const std::string& name) {
  if (kind == 'd')
    base::throw_errno(name, EISDIR);
  if (kind == 'l')  // it would lead into the running system, whose files are not here
    throw Error(Errc::NotFound, name + ": is a symbolic link", ENOENT);
  if (kind != '-')
    throw Error(Errc::Usage, name + ": is not a regular file", EINVAL);
}

}  // namespace

std::vector<std::string> initrd_list(Appliance& app, const std::string& path) {
  Ramdisk ramdisk(app, path);
  std::vector<std::string> names;
  for (const uint64_t archive : ramdisk.archives())
    for (std::string& name : lines_of(ramdisk.run_cpio(archive, {"-it"})))
      names.push_back(std::move(name));
  return names;
}

// The last archive that has the file counts: Linux writes it over the others'.
std::string initrd_cat(Appliance& app, const std::string& initrdpath, const std::string& filename) {
  Ramdisk ramdisk(app, initrdpath);
  const std::string name = base::cat(base::escape(initrdpath), ": ", base::escape(filename));
  const std::string pattern = as_pattern(filename);
  for (auto archive = ramdisk.archives().rbegin(); archive != ramdisk.archives().rend();
       ++archive) {
    const std::string line = ramdisk.run_cpio(*archive, {"-itvn", "--", pattern});
    if (line.empty())
      continue;
    require_regular(line.front(), name);
    return ramdisk.run_cpio(*archive, {"-i", "--to-stdout", "--", pattern});
  }
  throw Error(Errc::NotFound, name + ": file not found", ENOENT);
}

}  // namespace glovebox::guestd
