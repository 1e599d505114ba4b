// SPDX-License-Identifier: LGPL-2.1-or-later
#include "disk/discard.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

#include "base/cat.h"

namespace glovebox::disk {
namespace {

bool device_can_discard(dev_t number) {
  const std::string device = base::cat("/sys/dev/block/", major(number), ":", minor(number));
  for (const char* queue : {"/queue", "/../queue"}) {  // a partition's is its disk's
    std::ifstream file(device + queue + "/discard_max_bytes");
    if (uint64_t bytes = 0; file >> bytes)
      return bytes > 0;
  }
  return false;
}

}  // namespace

bool can_discard(const Image& image) {
  struct stat status {};
  if (fstat(image.fd.get(), &status) != 0)
    return false;
  if (image.is_block_device)
    return device_can_discard(status.st_rdev);
  // A hole behind its end.
  return fallocate(image.fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, status.st_size,
                   status.st_blksize) == 0;
}

}  // namespace glovebox::disk
