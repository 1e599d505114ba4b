// SPDX-License-Identifier: GPL-2.0-or-later
// Against the locks of a real qemu block layer: qemu-storage-daemon holds the image.
#include "disk/image_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/child.h"
#include "base/deadline.h"
#include "base/files.h"

namespace glovebox::disk {
namespace {

using namespace std::chrono_literals;

class ImageLock : public testing::Test {
 protected:
  // Exports the image; returns when it is open, that is when the export's socket is there.
  base::Child hold(const std::string& writable) {
    const std::string socket = dir_.path() + "/nbd";
    unlink(socket.c_str());
    base::Child child =
        base::Child::spawn({.argv = {"qemu-storage-daemon", "--blockdev",
                                     "file,node-name=disk,filename=" + image_ +
                                         ",read-only=" + (writable == "on" ? "off" : "on"),
                                     "--nbd-server", "addr.type=unix,addr.path=" + socket,
                                     "--export", "nbd,id=e,node-name=disk,writable=" + writable,
                                     "--pidfile", dir_.path() + "/pid"},
                            .extra_environment = {},
                            .descriptors = {}});
    const auto deadline = base::Deadline::after(20s);
    while (access((dir_.path() + "/pid").c_str(), F_OK) != 0 && !deadline.passed()) usleep(10000);
    return child;
  }

  ImageLock() {
    base::replace_file(image_, std::string(1 << 20, '\0'));
    fd_ = base::open_file(image_, O_RDONLY);
  }

  base::TempDir dir_{"gb-lock"};
  std::string image_ = dir_.path() + "/disk.img";
  base::UniqueFd fd_;
};

TEST_F(ImageLock, FreeImage) {
  EXPECT_FALSE(is_locked_for_writing(fd_.get()));
}

TEST_F(ImageLock, SeesAWriter) {
  base::Child writer = hold("on");
  EXPECT_TRUE(is_locked_for_writing(fd_.get()));
  writer.kill_and_reap();
  EXPECT_FALSE(is_locked_for_writing(fd_.get()));
}

TEST_F(ImageLock, AReaderDoesNotCount) {
  const base::Child reader = hold("off");
  EXPECT_FALSE(is_locked_for_writing(fd_.get()));
}

TEST_F(ImageLock, OurOwnLocksDoNotCount) {
  const base::UniqueFd ours = base::open_file(image_, O_RDWR);
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_start = 101;
  lock.l_len = 1;
  ASSERT_EQ(fcntl(ours.get(), F_OFD_SETLK, &lock), 0);
  EXPECT_FALSE(is_locked_for_writing(ours.duplicate().get()));
  EXPECT_TRUE(is_locked_for_writing(fd_.get()));
}

}  // namespace
}  // namespace glovebox::disk
