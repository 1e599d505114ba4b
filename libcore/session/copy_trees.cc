// SPDX-License-Identifier: LGPL-2.1-or-later
//
// copy_in and copy_out: a tree between host and guest is an archive that one side packs while the
// other unpacks it. The host's side is tar(1), started without a shell; the guest's is tar_in and
// tar_out.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "glovebox/calls.h"

namespace glovebox {
namespace {

constexpr auto kEndTimeout = std::chrono::minutes(1);  // from the end of the archive to tar's

struct Split {
  std::string directory;
  std::string name;
};

// "/a/b/" is "b" in "/a"; a name alone is in the current directory.
Split split_path(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return {".", path};
  if (path == "/")
    return {"/", "."};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

base::Child start_tar(std::vector<std::string> argv, int number, const base::UniqueFd& pipe) {
  return base::Child::spawn({.argv = std::move(argv),
                             .extra_environment = {"LC_ALL=C"},
                             .descriptors = {{pipe.get(), number}}});
}

void finish(base::Child& tar, const char* call) {
  const auto exit = tar.wait(base::Deadline::after(kEndTimeout));
  if (!exit || !exit->ok())
    throw Error(Errc::Remote,
                base::cat(call, ": tar on the host ", exit ? exit->text() : "does not end"), EIO);
}

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void require_guest_directory(Calls& calls, const std::string& path) {
  if (!calls.is_dir(path))
    throw Error(Errc::Usage,
                base::cat("copy_in: target ", base::escape(path), " is not a directory"), ENOTDIR);
}

}  // namespace

void Calls::emulated_copy_in(const std::string& localpath, const std::string& remotedir) {
  require_guest_directory(*this, remotedir);
  if (::access(localpath.c_str(), R_OK) != 0)
    base::throw_errno("copy_in: " + localpath);
  const Split source = split_path(localpath);
  base::Pipe pipe = base::make_large_pipe();
  base::Child tar = start_tar({"tar", "-c", "-f", "-", "-C", source.directory, "--", source.name},
                              1, pipe.write_end);
  pipe.write_end.reset();
  tar_in(LocalFile::descriptor(pipe.read_end.get()), remotedir);
  finish(tar, "copy_in");
}

// A directory is packed by its own name, so that it is unpacked as one; a file is downloaded.
void Calls::emulated_copy_out(const std::string& remotepath, const std::string& localdir) {
  if (!is_directory(localdir))
    throw Error(Errc::Usage, base::cat("copy_out: target ", localdir, " is not a directory"),
                ENOTDIR);
  const Split source = split_path(remotepath);
  if (is_file(remotepath))
    return download(remotepath, LocalFile(localdir + "/" + source.name));
  if (!is_dir(remotepath))
    throw Error(Errc::Usage,
                base::cat("copy_out: ", base::escape(remotepath), " is not a file or directory"),
                ENOENT);
  const std::string target = source.name == "." ? localdir : localdir + "/" + source.name;
  if (::mkdir(target.c_str(), 0777) != 0 && errno != EEXIST)
    base::throw_errno("copy_out: " + target);
  base::Pipe pipe = base::make_large_pipe();
  base::Child tar = start_tar({"tar", "-x", "-f", "-", "-C", target}, 0, pipe.read_end);
  pipe.read_end.reset();
  tar_out(remotepath, LocalFile::descriptor(pipe.write_end.get()));
  pipe.write_end.reset();
  finish(tar, "copy_out");
}

}  // namespace glovebox
