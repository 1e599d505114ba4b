// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/directory_cursor.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.h"

namespace glovebox::base {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

DirectoryCursor::Identity DirectoryCursor::identity(const UniqueFd& directory) {
  struct stat status = {};
  if (::fstat(directory.get(), &status) != 0)
    throw_errno("fstat");
  return {status.st_dev, status.st_ino};
}

DirectoryCursor::DirectoryCursor(UniqueFd top) : here_(std::move(top)) {}

bool DirectoryCursor::try_enter(const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    errno = EINVAL;
    return false;
  }
  UniqueFd below(::openat(here_.get(), name.c_str(), kOpenDirectory));
  if (!below.valid())
    return false;
  above_.push_back(identity(here_));
  here_ = std::move(below);
  return true;
}

UniqueFd DirectoryCursor::leave() {
  UniqueFd parent(::openat(here_.get(), "..", kOpenDirectory));
  if (!parent.valid())
    throw_errno("the parent of a directory");
  if (identity(parent) != above_.back())
    throw Error(Errc::System, "a directory was moved while its tree was read", ESTALE);
  above_.pop_back();
  std::swap(here_, parent);
  return parent;
}

}  // namespace glovebox::base
