// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/sysfs.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <filesystem>

#include "base/cat.h"

namespace glovebox::guestd {

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> result;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    result.push_back(entry->path().filename());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> holders_of(const std::string& kernel_name) {
  return names_in(base::cat("/sys/class/block/", kernel_name, "/holders"));
}

std::string kernel_name_of(dev_t number) {
  std::error_code error;
  return std::filesystem::read_symlink(
             base::cat("/sys/dev/block/", major(number), ":", minor(number)), error)
      .filename();
}

}  // namespace glovebox::guestd
