// SPDX-License-Identifier: GPL-2.0-or-later
//
// Read-only mounts out of the guest's sight, for inspection: one per mountable, kept until
// release(), and trees put together of them by bind mounts. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "daemon/sysroot/mounts.h"

namespace glovebox::guestd {

// A mount at a directory of its own; the destructor unmounts (lazily, so that an open file of it
// cannot keep it in place).
class PrivateMount {
 public:
  // An empty directory to mount at.
  explicit PrivateMount(std::string path);
  ~PrivateMount();
  PrivateMount(const PrivateMount&) = delete;
  PrivateMount& operator=(const PrivateMount&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class PrivateMounts {
 public:
  struct Found {
    std::string path;
    std::string problem = {};  // the journal could not be replayed: what is seen may be old
  };

  // Mounts `request` read-only, or finds it mounted. Throws System with the first reason.
  Found mount(const MountRequest& request);
  // What is mounted at `from` already, seen read-only here: a device that is mounted for writing
  // cannot be mounted once more for reading. For this inspection only.
  std::string mirror(const std::string& name, const std::string& from);
  // A fresh directory in which trees can be put together.
  std::unique_ptr<PrivateMount> make_place();
  void release() { mounts_.clear(); }
  // Those that are not to outlive an inspection. One whose journal was not replayed: a later mount
  // of the same device would share its state, and hide it. One that mirrors the user's mount: that
  // one could be unmounted, and its device would still be busy.
  void release_passing();

 private:
  struct Kept {
    std::unique_ptr<PrivateMount> mount;
    std::string problem = {};
    bool passing = false;
  };
  std::map<std::string, Kept> mounts_;  // by mountable
  unsigned next_ = 0;
};

}  // namespace glovebox::guestd
