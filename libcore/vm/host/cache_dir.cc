// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/cache_dir.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/cat.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::vm {
namespace {

// Where programs of this user keep what they can make again, by the XDG base directory
// specification (which ignores relative paths); empty if nothing says.
std::string cache_home() {
  const std::string xdg(base::environment("XDG_CACHE_HOME"));
  if (xdg.starts_with("/"))
    return xdg;
  const std::string home(base::environment("HOME"));
  return home.empty() ? "" : home + "/.cache";
}

std::string default_directory() {
  const std::string explicit_dir(base::environment("LIBGUESTFS_CACHEDIR"));
  if (!explicit_dir.empty())
    return base::cat(explicit_dir, "/glovebox-", geteuid());
  const std::string home = cache_home();
  return home.empty() ? base::cat("/var/tmp/glovebox-", geteuid()) : home + "/glovebox";
}

// The specification wants the cache home made, with mode 0700, by the first who needs it. No other
// directory is: its name may be mistyped.
void make_cache_home(const std::string& directory) {
  const std::filesystem::path parent = std::filesystem::path(directory).parent_path();
  if (parent == std::filesystem::path(cache_home()))
    mkdir(parent.c_str(), 0700);  // the mkdir that follows tells if this one did not help
}

}  // namespace

std::string cache_directory(const std::string& chosen) {
  const std::string directory = chosen.empty() ? default_directory() : chosen;
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(directory, error);
  if (error)
    throw Error(Errc::System,
                base::cat("cache directory ", base::escape(directory),
                          " is relative to the current directory, which is gone: ", error.message(),
                          "; set LIBGUESTFS_CACHEDIR to an absolute path"),
                error.value());
  return absolute;
}

void require_private_directory(const std::string& path, Readers readers) {
  make_cache_home(path);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    base::throw_errno(base::cat("cache directory ", path));
  struct stat st {};
  if (lstat(path.c_str(), &st) != 0)
    base::throw_errno(base::cat("cache directory ", path));
  const auto deny = [&](const std::string& why) {
    throw Error(Errc::Denied, base::cat("cache directory ", path, " ", why,
                                        "; set LIBGUESTFS_CACHEDIR to a directory that you own"));
  };
  if (!S_ISDIR(st.st_mode))
    deny("is not a directory");
  if (st.st_uid != geteuid())
    deny(base::cat("belongs to user ", st.st_uid, ", not to you"));
  if (st.st_mode & 022)
    deny("can be written by other users");
  if (readers == Readers::Everybody && (st.st_mode & 0777) != 0755 &&
      chmod(path.c_str(), 0755) != 0)
    base::throw_errno(base::cat("cache directory ", path));
}

std::string boot_id() {
  const std::string text = base::read_file("/proc/sys/kernel/random/boot_id", 100);
  return std::string(base::trim(text));
}

}  // namespace glovebox::vm
