// SPDX-License-Identifier: GPL-2.0-or-later
// Call: a whole tree in one answer, for virt-ls -lR and virt-diff: what would be four calls for
// each directory, each with its way through the channel, is one stream of records.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <optional>

#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/calls/stat_fields.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"
#include "daemon/sysroot/directory.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/system/checksum.h"
#include "guestd/functions.h"
#include "proto/coders.h"
#include "proto/errno_names.h"

namespace glovebox::guestd {
namespace {

std::string link_target(int parent, const std::string& name) {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlinkat(parent, name.c_str(), target.data(), target.size());
  return {target.data(), length < 0 ? 0 : static_cast<size_t>(length)};
}

// Empty if the file cannot be read: the record says so, and the walk goes on.
std::string checksum_of(const Checksum& checksum,
                        int parent,
                        const std::string& name,
                        Progress& progress) {
  const base::UniqueFd fd(
      ::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid())
    return {};
  try {
    return checksum.of(fd.get(), name, [&](uint64_t) { progress.pulse(); });
  } catch (const Error& e) {
    if (e.code() == Errc::Cancelled)
      throw;
    return {};
  }
}

// Absent, with errno, if it cannot be looked at.
std::optional<WalkEntry> entry_at(int parent, const std::string& name, const std::string& path) {
  struct stat status = {};
  if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;
  WalkEntry entry;
  entry.path = path;
  set_stat_fields(entry, status);
  if (S_ISLNK(status.st_mode))
    entry.link = link_target(parent, name);
  return entry;
}

}  // namespace

void internal_walk(Appliance& app,
                   const std::string& directory,
                   FileOutStream& records,
                   const InternalWalkOptions& optargs,
                   Progress& progress) {
  app.mounts.require_any();
  std::optional<Checksum> checksum;
  if (optargs.checksum)
    checksum.emplace(*optargs.checksum);
  const base::UniqueFd top = open_in_guest(directory, O_RDONLY | O_DIRECTORY);
  const auto write = [&](const WalkEntry& entry) {
    proto::XdrWriter out;
    proto::write(out, entry);
    records.write(out.bytes());
    progress.pulse();
  };
  const auto tell_unreadable = [&](const std::string& path, int errnum) {
    const std::string_view error = proto::errno_name(errnum);
    write({.path = path.empty() ? "." : path, .error = error.empty() ? "EIO" : std::string(error)});
  };
  const auto send = [&](int parent, const std::string& name, const std::string& path) {
    if (optargs.names.value_or(false))
      return write({.path = path});
    std::optional<WalkEntry> entry = entry_at(parent, name, path);
    if (entry && checksum && S_ISREG(static_cast<mode_t>(entry->st_mode)))
      entry->checksum = checksum_of(*checksum, parent, name, progress);
    if (entry)
      write(*entry);
    else if (errno == ENOENT)
      tell_unreadable(path, errno);  // walk_tree tells of all others
  };
  // The first record is of the path as it was written: a link is one, unless a slash leads on.
  const GuestEntry asked = find_entry(directory.ends_with('/') ? directory + "." : directory);
  send(asked.directory.get(), asked.name, ".");
  walk_tree(top, directory,
            {.visit = [&](int parent, const std::string& path,
                          const DirectoryEntry& entry) { send(parent, entry.name, path); },
             .unreadable = tell_unreadable});
}

}  // namespace glovebox::guestd
