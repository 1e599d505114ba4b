// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A place in a tree of directories, however deep, that somebody else made or may change. Only the
// directory where it stands is open. A step down opens one name there and never follows a link; a
// step up goes by "..", and has to arrive at the directory from which the step down was made. Paths
// are not put together, so none can be too long. Used by one thread at a time.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace glovebox::base {

class DirectoryCursor {
 public:
  // Stands in `top`, which is open for reading. Throws System.
  explicit DirectoryCursor(UniqueFd top);

  // The directory where it stands, open for reading until the next step.
  int fd() const { return here_.get(); }
  // How many steps below the top.
  size_t depth() const { return above_.size(); }

  // A step down. False, with errno, and without a step if the name is none of a directory that can
  // be read: ENOTDIR for a link, EINVAL for what is no name in a directory ("..", "a/b").
  bool try_enter(const std::string& name);
  // A step up; gives the directory that was left. Only below the top. Throws System if the tree
  // has been changed meanwhile and the parent is another.
  UniqueFd leave();

 private:
  struct Identity {
    dev_t device;
    ino_t inode;
    bool operator==(const Identity&) const = default;
  };
  static Identity identity(const UniqueFd& directory);

  UniqueFd here_;
  std::vector<Identity> above_;
};

}  // namespace glovebox::base
