// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what files are and what they cost: file(1), du, df.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/directory.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxDescription = 1 << 20;
constexpr uint64_t kBlockBytes = 512;  // of st_blocks
constexpr uint64_t kReportedBytes = 1024;

// Without the newline at the end.
std::string described(std::string text) {
  if (text.ends_with('\n'))
    text.pop_back();
  return text;
}

// What a file that is not a regular one is called.
// Blocks of a tree; a file with several names counts once.
class Usage {
 public:
  void add(const struct stat& status) {
    if (status.st_nlink > 1 && !S_ISDIR(status.st_mode) &&
        !seen_.insert({status.st_dev, status.st_ino}).second)
      return;
    blocks_ += static_cast<uint64_t>(status.st_blocks);
  }
  int64_t kib() const {
    return static_cast<int64_t>((blocks_ * kBlockBytes + kReportedBytes - 1) / kReportedBytes);
  }

 private:
  uint64_t blocks_ = 0;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

std::string file(Appliance& app, const std::string& path) {
  base::UniqueFd fd;
  if (names_device(path)) {
    fd = base::open_file(app.device(path).name, O_RDONLY);
  } else {
    app.mounts.require_any();
    fd = open_in_guest(path, O_PATH | O_NOFOLLOW);
    struct stat status = {};
    if (::fstat(fd.get(), &status) != 0)
      throw_guest_errno(path);
    if (!S_ISREG(status.st_mode))
      return base::file_kind(status.st_mode, "unknown");
  }
  return described(run_pipeline({{.argv = {"file", "-zbsL", "--", path_for_child(fd)}}},
                                base::UniqueFd(), kMaxDescription));
}

std::string zfile(Appliance& app, const std::string& meth, const std::string& path) {
  Program unpack;
  if (meth == "gzip" || meth == "compress")
    unpack.argv = {"gzip", "-cdq"};
  else if (meth == "bzip2")
    unpack.argv = {"bzip2", "-cdq"};
  else
    throw Error(Errc::Usage, base::cat("unknown method: ", base::escape(meth)), EINVAL);
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  return described(run_pipeline({unpack, {.argv = {"file", "-bs", "-"}}}, fd, kMaxDescription));
}

int64_t du(Appliance& app, const std::string& path, Progress& progress) {
  app.mounts.require_any();
  Usage usage;
  struct stat status = {};
  const base::UniqueFd top = open_in_guest(path, O_PATH | O_NOFOLLOW);
  if (::fstat(top.get(), &status) != 0)
    throw_guest_errno(path);
  usage.add(status);
  if (!S_ISDIR(status.st_mode))
    return usage.kib();
  walk_tree(open_in_guest(path, O_RDONLY | O_DIRECTORY), path,
            {.visit =
                 [&](int parent, const std::string&, const DirectoryEntry& entry) {
                   progress.pulse();
                   struct stat found = {};
                   if (::fstatat(parent, entry.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0)
                     usage.add(found);  // else walk_tree tells
                 },
             .max_path = SIZE_MAX});
  return usage.kib();
}

std::string df(Appliance& app) {
  app.mounts.require_any();
  return run_pipeline({{.argv = {"df"}}}, base::UniqueFd(), kMaxDescription);
}

std::string df_h(Appliance& app) {
  app.mounts.require_any();
  return run_pipeline({{.argv = {"df", "-h"}}}, base::UniqueFd(), kMaxDescription);
}

}  // namespace glovebox::guestd
