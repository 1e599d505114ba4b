// SPDX-License-Identifier: LGPL-2.1-or-later
//
// LocalMount: the mounted files of a guest at a directory of the host, through FUSE. What makes one
// is in a module of its own, glovebox-fuse.so beside libguestfs.so.0, which is loaded when somebody
// mounts: no other program needs libfuse.
//
// run() answers the host's kernel, in the thread of its caller, until the directory is unmounted.
// unmount() may come from any thread; everything else from one at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "glovebox/calls.h"

namespace glovebox::fuse {

struct LocalMountOptions {
  std::string mountpoint;
  std::string unmounter;  // the program that unmounts when this process was killed
  bool readonly = false;
  std::string options = {};  // of FUSE, as mount -o takes them
  std::chrono::seconds cache_timeout{60};
  std::function<void(const std::string&)> note = {};  // is told of each request, if it is there
};

class LocalMount {
 public:
  virtual ~LocalMount() = default;  // unmounts what is mounted
  virtual void run() = 0;
  // Patiently waits until nobody uses the directory, or says at once that somebody does.
  virtual void unmount(bool patiently) = 0;
};

// The module's one symbol. The guest is borrowed for as long as the LocalMount lives.
constexpr const char* kMountSymbol = "glovebox_mount_local";
using Mount = void(Calls& guest,
                   const LocalMountOptions& options,
                   std::unique_ptr<LocalMount>& result);

}  // namespace glovebox::fuse
