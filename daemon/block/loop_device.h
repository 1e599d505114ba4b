// SPDX-License-Identifier: GPL-2.0-or-later
//
// A file as a block device, for as long as this object or a mount of it lasts.
#pragma once

#include <string>

#include "base/unique_fd.h"
#include "daemon/block/block_device.h"

namespace glovebox::guestd {

class LoopDevice {
 public:
  // `name` is for messages. Throws System.
  LoopDevice(const base::UniqueFd& file, const std::string& name);
  ~LoopDevice();
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;

  const BlockDevice& device() const { return device_; }
  int fd() const { return fd_.get(); }

 private:
  BlockDevice device_;
  base::UniqueFd fd_;
};

}  // namespace glovebox::guestd
