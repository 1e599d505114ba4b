// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/loop_device.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"

namespace glovebox::guestd {
namespace {

constexpr unsigned kLoopMajor = 7;  // Documentation/admin-guide/devices.txt

}  // namespace

LoopDevice::LoopDevice(const base::UniqueFd& file, const std::string& name) {
  const base::UniqueFd control = base::open_file("/dev/loop-control", O_RDWR);
  const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
  if (number < 0)
    base::throw_errno(base::cat(base::escape(name), ": a loop device for it"));
  device_ = {.name = base::cat("/dev/loop", number),
             .number = makedev(kLoopMajor, static_cast<unsigned>(number)),
             .kernel_name = base::cat("loop", number)};
  ::unlink(device_.name.c_str());
  if (::mknod(device_.name.c_str(), S_IFBLK | 0600, device_.number) != 0)
    base::throw_errno(device_.name);
  fd_ = base::open_file(device_.name, O_RDWR);
  loop_config configuration = {};
  configuration.fd = static_cast<uint32_t>(file.get());
  configuration.info.lo_flags = LO_FLAGS_AUTOCLEAR;  // gone with the last one who has it open
  if (::ioctl(fd_.get(), LOOP_CONFIGURE, &configuration) != 0)
    base::throw_errno(base::escape(name));
}

LoopDevice::~LoopDevice() {
  ::unlink(device_.name.c_str());
}

}  // namespace glovebox::guestd
