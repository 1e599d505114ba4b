// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: grep, and names by pattern.
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/text_dump.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

std::vector<std::string> grep_file(Appliance& app,
                                   const std::string& regex,
                                   const std::string& path,
                                   const GrepOptions& how,
                                   Progress& progress) {
  app.mounts.require_any();
  if (how.extended.value_or(false) && how.fixed.value_or(false))
    throw Error(Errc::Usage, "can't use 'extended' and 'fixed' flags at the same time", EINVAL);
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  Pipeline pipeline = {{.argv = Arguments{"grep"}
                                    .add_if(how.extended, "-E")
                                    .add_if(how.fixed, "-F")
                                    .add_if(how.insensitive, "-i")
                                    .add("-e", regex)}};
  if (how.compressed.value_or(false))
    pipeline.insert(pipeline.begin(), Program{.argv = {"gzip", "-cdfq"}});
  const base::RunResult result = try_pipeline(pipeline, fd, kMaxTextBytes, &progress);
  if (!result.exit.ok() && result.exit.text() != "exited with status 1")  // 1: no line matches
    throw Error(Errc::System,
                base::cat(base::escape(regex), ": ", base::escape(base::trim(result.stderr_text))),
                EINVAL);
  return lines_of(result.stdout_text);
}

// glob(3) over the guest's tree: it asks these for everything that it would look at itself. They
// get whole paths, and resolve them as all paths of the guest are.
namespace guest_glob {

void* open(const char* path) {
  const int fd = try_open_beneath(open_sysroot().get(), path, O_RDONLY | O_DIRECTORY);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (fd >= 0 && !stream)
    ::close(fd);
  return stream;
}

dirent* read(void* directory) {
  return ::readdir(static_cast<DIR*>(directory));
}

void close(void* directory) {
  ::closedir(static_cast<DIR*>(directory));
}

int status(const char* path, struct stat* into, int flags) {
  const base::UniqueFd fd(try_open_beneath(open_sysroot().get(), path, O_PATH | flags));
  return fd.valid() ? ::fstat(fd.get(), into) : -1;
}

int stat(const char* path, struct stat* into) {
  return status(path, into, 0);
}

int lstat(const char* path, struct stat* into) {
  return status(path, into, O_NOFOLLOW);
}

}  // namespace guest_glob

struct Matches {
  glob_t found = {};
  ~Matches() { ::globfree(&found); }
};

}  // namespace

std::vector<std::string> grep(Appliance& app,
                              const std::string& regex,
                              const std::string& path,
                              const GrepOptions& optargs,
                              Progress& progress) {
  return grep_file(app, regex, path, optargs, progress);
}

std::vector<std::string> egrep(Appliance& app,
                               const std::string& regex,
                               const std::string& path,
                               Progress& progress) {
  return grep_file(app, regex, path, {.extended = true}, progress);
}

std::vector<std::string> fgrep(Appliance& app,
                               const std::string& pattern,
                               const std::string& path,
                               Progress& progress) {
  return grep_file(app, pattern, path, {.fixed = true}, progress);
}

std::vector<std::string> grepi(Appliance& app,
                               const std::string& regex,
                               const std::string& path,
                               Progress& progress) {
  return grep_file(app, regex, path, {.insensitive = true}, progress);
}

std::vector<std::string> egrepi(Appliance& app,
                                const std::string& regex,
                                const std::string& path,
                                Progress& progress) {
  return grep_file(app, regex, path, {.extended = true, .insensitive = true}, progress);
}

std::vector<std::string> fgrepi(Appliance& app,
                                const std::string& pattern,
                                const std::string& path,
                                Progress& progress) {
  return grep_file(app, pattern, path, {.fixed = true, .insensitive = true}, progress);
}

std::vector<std::string> zgrep(Appliance& app,
                               const std::string& regex,
                               const std::string& path,
                               Progress& progress) {
  return grep_file(app, regex, path, {.compressed = true}, progress);
}

std::vector<std::string> zegrep(Appliance& app,
                                const std::string& regex,
                                const std::string& path,
                                Progress& progress) {
  return grep_file(app, regex, path, {.extended = true, .compressed = true}, progress);
}

std::vector<std::string> zfgrep(Appliance& app,
                                const std::string& pattern,
                                const std::string& path,
                                Progress& progress) {
  return grep_file(app, pattern, path, {.fixed = true, .compressed = true}, progress);
}

std::vector<std::string> zgrepi(Appliance& app,
                                const std::string& regex,
                                const std::string& path,
                                Progress& progress) {
  return grep_file(app, regex, path, {.insensitive = true, .compressed = true}, progress);
}

std::vector<std::string> zegrepi(Appliance& app,
                                 const std::string& regex,
                                 const std::string& path,
                                 Progress& progress) {
  return grep_file(app, regex, path, {.extended = true, .insensitive = true, .compressed = true},
                   progress);
}

std::vector<std::string> zfgrepi(Appliance& app,
                                 const std::string& pattern,
                                 const std::string& path,
                                 Progress& progress) {
  return grep_file(app, pattern, path, {.fixed = true, .insensitive = true, .compressed = true},
                   progress);
}

std::vector<std::string> glob_expand(Appliance& app,
                                     const std::string& pattern,
                                     const GlobExpandOptions& optargs) {
  app.mounts.require_any();
  Matches matches;
  matches.found.gl_opendir = guest_glob::open;
  matches.found.gl_readdir = guest_glob::read;
  matches.found.gl_closedir = guest_glob::close;
  matches.found.gl_stat = guest_glob::stat;
  matches.found.gl_lstat = guest_glob::lstat;
  const int flags =
      GLOB_ALTDIRFUNC | GLOB_BRACE | (optargs.directoryslash.value_or(true) ? GLOB_MARK : 0);
  const int failure = ::glob(pattern.c_str(), flags, nullptr, &matches.found);
  if (failure != 0 && failure != GLOB_NOMATCH)
    throw Error(Errc::System,
                base::escape(pattern) +
                    (failure == GLOB_NOSPACE ? ": too many matches" : ": cannot read a directory"),
                failure == GLOB_NOSPACE ? ENOMEM : EIO);
  return {matches.found.gl_pathv, matches.found.gl_pathv + matches.found.gl_pathc};
}

}  // namespace glovebox::guestd
