// SPDX-License-Identifier: LGPL-2.1-or-later
//
// copy_in and copy_out: a tree between host and guest is an archive that one side packs while the
// other unpacks it. The guest's side is tar_in and tar_out. The host's is tar(1), started without a
// shell, for packing only: what comes from the guest is unpacked by TreeWriter.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "calls/tar_reader.h"
#include "calls/tree_writer.h"
#include "glovebox/calls.h"

namespace glovebox {
namespace {

using calls::TarReader;
using calls::TreeRules;
using calls::TreeWriter;

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
    throw Error(Errc::Failed,
                base::cat(call, ": tar on the host ", exit ? exit->text() : "did not end"), EIO);
}

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// The directory that the user named is his, be it a link; what it holds may be a guest's.
void refuse_what_is_no(mode_t type, const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0 || (status.st_mode & S_IFMT) == type)
    return;
  throw Error(Errc::Usage,
              base::cat("copy_out: ", base::escape(path), " is a ", base::file_kind(status.st_mode),
                        ", not a ", base::file_kind(type)),
              EEXIST);
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

// A directory is unpacked below its own name; a file is downloaded.
void Calls::emulated_copy_out(const std::string& remotepath, const std::string& localdir) {
  if (!is_directory(localdir))
    throw Error(Errc::Usage, base::cat("copy_out: target ", localdir, " is not a directory"),
                ENOTDIR);
  const Split source = split_path(remotepath);
  if (source.name == "..")
    throw Error(Errc::Usage,
                base::cat("copy_out: ", base::escape(remotepath), " does not end in a name"),
                EINVAL);
  const std::string target = source.name == "." ? localdir : localdir + "/" + source.name;
  if (is_file(remotepath)) {
    refuse_what_is_no(S_IFREG, target);
    LocalFile file(target);
    file.follows_links = false;
    return download(remotepath, file);
  }
  if (!is_dir(remotepath))
    throw Error(Errc::Usage,
                base::cat("copy_out: ", base::escape(remotepath), " is not a file or directory"),
                ENOENT);
  if (source.name != ".")
    refuse_what_is_no(S_IFDIR, target);
  const TreeRules rules = {.owners = ::geteuid() == 0,
                           .special = has_backend_setting("copy_out_special")};
  TreeWriter tree(base::open_file(localdir, O_PATH | O_DIRECTORY), source.name, target, rules);
  TarReader archive(tree);
  std::exception_ptr failure;
  try {
    tar_out(remotepath, LocalFile::pieces([&](std::string_view piece) {
              try {
                archive.feed(piece);
              } catch (...) {
                failure = std::current_exception();
                throw;
              }
            }));
  } catch (...) {
    if (!failure)
      throw;
  }
  base::with_context("copy_out", [&] {
    if (failure)
      std::rethrow_exception(failure);
    archive.finish();
    tree.finish();
  });
  const auto warn_of = [&](const char* what, const TreeWriter::Some& members) {
    if (members.count > 0)
      warn(base::cat("copy_out: ", what, ", ", members.count, " of them: ",
                     base::escape(members.first), members.count > 1 ? " and others" : ""));
  };
  warn_of("device nodes were left out", tree.left_out());
  warn_of("files remain owned by this user, who may not change their owner", tree.unowned());
}

}  // namespace glovebox
