// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: directories and trees.
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/pipeline.h"
#include "daemon/rpc/progress.h"
#include "daemon/rpc/streams.h"
#include "daemon/sysroot/directory.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/guest_root.h"
#include "guestd/functions.h"
#include "proto/coders.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kNewDirectoryMode = 0777;
constexpr size_t kMaxListing = 3 << 20;

std::string_view with_end(const std::string& name) {
  return {name.c_str(), name.size() + 1};
}

char letter_of(unsigned char type) {
  switch (type) {
    case DT_BLK:
      return 'b';
    case DT_CHR:
      return 'c';
    case DT_DIR:
      return 'd';
    case DT_FIFO:
      return 'f';
    case DT_LNK:
      return 'l';
    case DT_REG:
      return 'r';
    case DT_SOCK:
      return 's';
    case DT_UNKNOWN:
      return 'u';
    default:
      return '?';
  }
}

bool is_directory(const GuestEntry& entry) {
  struct stat status = {};
  return ::fstatat(entry.directory.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

void remove_tree(const GuestEntry& entry, const std::string& path) {
  const base::UniqueFd top(::openat(entry.directory.get(), entry.name.c_str(),
                                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!top.valid())
    throw_guest_errno(path);
  walk_tree(top, path,
            {.visit =
                 [&](int parent, const std::string& below, const DirectoryEntry& found) {
                   if (::unlinkat(parent, found.name.c_str(), 0) != 0 && errno != EISDIR)
                     throw_guest_errno(base::cat(path, "/", below));
                 },
             .leave =
                 [&](int parent, const std::string& below, const DirectoryEntry& found) {
                   if (::unlinkat(parent, found.name.c_str(), AT_REMOVEDIR) != 0)
                     throw_guest_errno(base::cat(path, "/", below));
                 },
             .max_path = SIZE_MAX});
  if (::unlinkat(entry.directory.get(), entry.name.c_str(), AT_REMOVEDIR) != 0)
    throw_guest_errno(path);
}

// What is in a directory; for any other file its own line, which ends in its name. The original has
// its guest mounted below /sysroot, too, and that is the name that it prints.
std::string listing_by_ls(Appliance& app,
                          const std::string& path,
                          const std::vector<std::string>& options) {
  app.mounts.require_any();
  const base::UniqueFd fd = open_in_guest(path, O_PATH);
  const std::string name = path_for_child(fd);
  const auto ls = [&](const std::string& what) {
    return run_pipeline(
        {{.argv = Arguments{"ls", "--dereference-command-line"}.add_all(options).add("--", what)}},
        base::UniqueFd(), kMaxListing);
  };
  if (struct stat status = {}; ::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode))
    return ls(name + "/.");
  std::string line = ls(name);
  if (const size_t at = line.rfind(name); at != std::string::npos)
    line.replace(at, name.size(), kSysroot + real_path_of(fd));
  return line;
}

// One component looked up without regard to case; an exact match wins, else the first in byte
// order.
std::optional<std::string> match_component(const base::UniqueFd& directory,
                                           const std::string& component) {
  base::UniqueFd readable(try_open_beneath(directory.get(), ".", O_RDONLY | O_DIRECTORY));
  if (!readable.valid())
    return std::nullopt;
  std::optional<std::string> best;
  for (const DirectoryEntry& entry : read_directory(std::move(readable))) {
    if (entry.name == component)
      return component;
    if (::strcasecmp(entry.name.c_str(), component.c_str()) == 0 && (!best || entry.name < *best))
      best = entry.name;
  }
  return best;
}

}  // namespace

void ls0(Appliance& app, const std::string& dir, FileOutStream& filenames) {
  for_each_entry(open_directory(app, dir),
                 [&](const DirectoryEntry& entry) { filenames.write(with_end(entry.name)); });
}

std::string ll(Appliance& app, const std::string& directory) {
  return listing_by_ls(app, directory, {"-lan"});
}

std::string llz(Appliance& app, const std::string& directory) {
  return listing_by_ls(app, directory, {"-lanZ"});
}

std::vector<std::string> internal_ll(Appliance& app, const std::string& directory) {
  std::vector<std::string> lines =
      base::split(listing_by_ls(app, directory, {"-lan", "--zero"}), '\0');
  lines.pop_back();  // after the last zero byte
  return lines;
}

void find0(Appliance& app, const std::string& directory, FileOutStream& files) {
  app.mounts.require_any();
  const base::UniqueFd top = open_in_guest(directory, O_RDONLY | O_DIRECTORY);
  const std::string slash = directory.ends_with('/') ? "" : "/";  // an old habit, kept
  walk_tree(top, directory, {.visit = [&](int, const std::string& path, const DirectoryEntry&) {
              files.write(with_end(slash + path));
            }});
}

void internal_readdir(Appliance& app, const std::string& dir, FileOutStream& filename) {
  const base::UniqueFd directory = open_directory(app, dir);
  const auto send = [&](const Dirent& entry) {
    proto::XdrWriter out;
    proto::write(out, entry);
    filename.write(out.bytes());
  };
  struct stat here = {}, parent = {};
  if (::fstat(directory.get(), &here) != 0 ||
      ::fstatat(directory.get(), "..", &parent, AT_SYMLINK_NOFOLLOW) != 0)
    throw_guest_errno(dir);
  const bool is_top = real_path_of(directory) == "/";
  send({.ino = static_cast<int64_t>(here.st_ino), .ftyp = 'd', .name = "."});
  send({.ino = static_cast<int64_t>(is_top ? here.st_ino : parent.st_ino),
        .ftyp = 'd',
        .name = ".."});
  for_each_entry(directory.duplicate(), [&](const DirectoryEntry& entry) {
    send({.ino = static_cast<int64_t>(entry.inode),
          .ftyp = letter_of(entry.type),
          .name = entry.name});
  });
}

void mkdir(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(path);
  if (::mkdirat(entry.directory.get(), entry.name.c_str(), kNewDirectoryMode) != 0)
    throw_guest_errno(path);
}

void mkdir_p(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string parent = path.substr(0, end);
    const GuestEntry entry = find_entry(parent);
    if (::mkdirat(entry.directory.get(), entry.name.c_str(), kNewDirectoryMode) != 0) {
      const int errnum = errno;
      const base::UniqueFd existing(
          try_open_beneath(open_sysroot().get(), parent, O_PATH | O_DIRECTORY));
      if (!existing.valid())
        base::throw_errno(base::escape(path), errnum == EEXIST ? ENOTDIR : errnum);
    }
    if (end == std::string::npos)
      return;
  }
}

void rmdir(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  const GuestEntry entry = find_entry(path);
  if (::unlinkat(entry.directory.get(), entry.name.c_str(), AT_REMOVEDIR) == 0)
    return;
  if (entry.name == ".")
    errno = EBUSY;  // what rmdir(2) says of a root
  throw_guest_errno(path);
}

void rm_rf(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  try {
    const GuestEntry entry = find_entry(path);
    if (entry.name == ".")
      throw Error(Errc::Usage, "cannot remove root directory", EINVAL);
    if (is_directory(entry))
      remove_tree(entry, path);
    else if (::unlinkat(entry.directory.get(), entry.name.c_str(), 0) != 0)
      throw_guest_errno(path);
  } catch (const Error& e) {
    if (e.errnum() != ENOENT && e.errnum() != ENOTDIR)
      throw;
  }
}

void mv(Appliance& app, const std::string& src, const std::string& dest, Progress& progress) {
  app.mounts.require_any();
  const GuestEntry from = find_entry(src);
  GuestEntry to = find_entry(dest);
  std::string to_path = dest;
  base::UniqueFd into(try_open_beneath(open_sysroot().get(), dest, O_PATH | O_DIRECTORY));
  if (into.valid()) {
    to = {std::move(into), from.name};
    to_path += "/" + from.name;
  }
  if (::renameat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str()) == 0)
    return;
  if (errno != EXDEV)
    throw_guest_errno(base::cat(src, " -> ", dest));
  run_pipeline({in_guest_root({.argv = {"mv", "-T", "--", src, to_path}})}, base::UniqueFd(),
               kMaxListing, &progress);
}

std::string case_sensitive_path(Appliance& app, const std::string& path) {
  app.mounts.require_any();
  base::UniqueFd directory = open_in_guest("/", O_PATH | O_DIRECTORY);
  std::string result;
  const std::vector<std::string> components = base::split(path, '/');
  for (size_t i = 0; i < components.size(); ++i) {
    if (components[i].empty())
      continue;
    const bool is_last =
        std::all_of(components.begin() + static_cast<ptrdiff_t>(i) + 1, components.end(),
                    [](const std::string& rest) { return rest.empty(); });
    const std::optional<std::string> name = match_component(directory, components[i]);
    if (!name && !is_last) {
      errno = ENOENT;
      throw_guest_errno(path);
    }
    if (!name && path.ends_with('/'))
      refuse(base::cat(base::escape(components[i]), ": not found"));
    result += "/" + name.value_or(components[i]);
    if (!is_last || (name && path.ends_with('/')))  // throws for what is no directory
      directory = open_in_guest(result, O_PATH | O_DIRECTORY);
  }
  return result.empty() ? "/" : result;
}

}  // namespace glovebox::guestd
