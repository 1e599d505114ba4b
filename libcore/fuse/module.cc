// SPDX-License-Identifier: LGPL-2.1-or-later
//
// glovebox-fuse.so: a LocalMount over libfuse. Requests are answered one after the other: the
// guest's side does the same.
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <thread>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "fuse/local_mount.h"
#include "fuse/mount_table.h"
#include "fuse/operations.h"

namespace glovebox::fuse {
namespace {

constexpr int kMostTries = 5;  // after 1, 2, 4, 8 and 16 seconds

// Before there is a mount: afterwards a look at the directory would wait for its own answer.
std::string absolute(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) ? resolved : path;
}

class Arguments {
 public:
  explicit Arguments(const std::string& options) {
    for (const std::string& word : {std::string("glovebox"), std::string("-o"), options})
      if (fuse_opt_add_arg(&args_, word.c_str()) != 0)
        throw std::bad_alloc();
  }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() { fuse_opt_free_args(&args_); }
  fuse_args* get() { return &args_; }

 private:
  fuse_args args_ = FUSE_ARGS_INIT(0, nullptr);
};

// The kernel else sends 4 KiB of what is written at a time, and each is a call to the guest.
std::string options_with_defaults(const std::string& options) {
  return options.empty() ? "big_writes" : "big_writes," + options;
}

class FuseMount final : public LocalMount {
 public:
  FuseMount(Calls& guest, const LocalMountOptions& options)
      : mountpoint_(options.mountpoint),
        path_(absolute(options.mountpoint)),
        service_{.files = GuestFiles(guest, options.readonly, options.cache_timeout),
                 .note = options.note} {
    Arguments arguments(options_with_defaults(options.options));
    channel_ = fuse_mount(mountpoint_.c_str(), arguments.get());
    if (!channel_)
      throw Error(Errc::System,
                  base::cat("fuse_mount failed: ", mountpoint_, ", see error messages above"));
    errno = 0;
    const fuse_operations table = operations();
    fuse_ = fuse_new(channel_, arguments.get(), &table, sizeof table, &service_);
    if (!fuse_) {
      const int errnum = errno != 0 ? errno : EINVAL;
      fuse_unmount(path_.c_str(), channel_);
      base::throw_errno("fuse_new: " + mountpoint_, errnum);
    }
    try {
      // The programs that we start must not keep the mount alive.
      base::set_inheritable(fuse_chan_fd(channel_), false);
      guard_against_our_death(options.unmounter);
    } catch (...) {
      end();
      throw;
    }
  }
  FuseMount(const FuseMount&) = delete;
  FuseMount& operator=(const FuseMount&) = delete;
  ~FuseMount() override { end(); }

  void run() override {
    if (running_.exchange(true))
      throw Error(Errc::Usage, base::cat("mount_local_run: ", mountpoint_, " is served already"));
    errno = 0;
    if (fuse_loop(fuse_) != 0)
      base::throw_errno("fuse_loop: " + mountpoint_, errno != 0 ? errno : EIO);
  }

  void unmount(bool patiently) override {
    for (int tries = 0;; ++tries) {
      try {
        fuse::unmount(path_, When::NotUsed);
        return;
      } catch (Error& e) {
        if (!patiently || tries == kMostTries)
          throw e.in("umount_local");
      }
      std::this_thread::sleep_for(std::chrono::seconds(1 << tries));
    }
  }

 private:
  void end() {
    fuse_unmount(path_.c_str(), channel_);
    fuse_destroy(fuse_);
  }

  void guard_against_our_death(const std::string& unmounter) {
    const auto number = mount_at(path_);
    if (!number)
      return;  // unmounted already
    base::Pipe life = base::make_pipe();
    // It outlives the server by a moment: whoever reads our output must not wait for it.
    const base::UniqueFd null = base::open_file("/dev/null", O_RDWR);
    unmounter_ = base::Child::spawn({.argv = {unmounter, path_, base::cat(*number)},
                                     .extra_environment = {},
                                     .descriptors = {{life.read_end.get(), STDIN_FILENO},
                                                     {null.get(), STDOUT_FILENO},
                                                     {null.get(), STDERR_FILENO}}});
    life_ = std::move(life.write_end);
  }

  const std::string mountpoint_;  // as the caller wrote it, for messages
  const std::string path_;
  Service service_;
  base::Child unmounter_;
  base::UniqueFd life_;  // open as long as one of our processes is alive
  fuse_chan* channel_ = nullptr;
  struct fuse* fuse_ = nullptr;
  std::atomic<bool> running_ = false;
};

}  // namespace
}  // namespace glovebox::fuse

extern "C" GLOVEBOX_API void glovebox_mount_local(
    glovebox::Calls& guest,
    const glovebox::fuse::LocalMountOptions& options,
    std::unique_ptr<glovebox::fuse::LocalMount>& result) {
  result = std::make_unique<glovebox::fuse::FuseMount>(guest, options);
}
