// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/block/dev_directory.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/block/sysfs.h"
#include "daemon/formats/device_name.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kLabels = "/dev/disk/guestfs";  // LABEL and LABELn, as the manual has them

void make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    base::throw_errno(path);
}

void make_parents(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1))
    make_directory(path.substr(0, slash));
}

void make_node(const std::string& path, mode_t mode, dev_t number) {
  unlink(path.c_str());
  if (mknod(path.c_str(), mode, number) != 0)
    base::throw_errno(path);
}

// Character devices of the kernel's /dev, subdirectories included; block devices are ours to name.
void copy_character_nodes(const std::string& from, const std::string& to) {
  for (const std::string& name : names_in(from)) {
    struct stat status = {};
    const std::string source = from + "/" + name;
    if (lstat(source.c_str(), &status) != 0)
      continue;
    if (S_ISDIR(status.st_mode)) {
      make_directory(to + "/" + name);
      copy_character_nodes(source, to + "/" + name);
    } else if (S_ISCHR(status.st_mode)) {
      make_node(to + "/" + name, status.st_mode, status.st_rdev);
    }
  }
}

}  // namespace

void replace_dev() {
  const std::string fresh = "/run/dev";
  make_directory(fresh);
  if (mount("dev", fresh.c_str(), "tmpfs", MS_NOSUID, "mode=0755") != 0)
    base::throw_errno("tmpfs for /dev");
  copy_character_nodes("/dev", fresh);
  make_directory(fresh + "/shm");
  make_directory(fresh + "/mapper");
  for (const auto& [link, target] : {std::pair{"fd", "/proc/self/fd"},
                                     {"stdin", "/proc/self/fd/0"},
                                     {"stdout", "/proc/self/fd/1"},
                                     {"stderr", "/proc/self/fd/2"}})
    if (symlink(target, (fresh + "/" + link).c_str()) != 0)
      base::throw_errno(link);
  if (mount(fresh.c_str(), "/dev", nullptr, MS_MOVE, nullptr) != 0)
    base::throw_errno("moving /dev");
}

void make_block_node(const std::string& path, dev_t number) {
  make_node(path, S_IFBLK | 0600, number);
}

void make_label_links(const std::vector<std::pair<std::string, std::string>>& labels) {
  for (const auto& [label, name] : labels) {
    const std::string link = base::cat(kLabels, "/", label);
    make_parents(link);
    if (symlink(name.c_str(), link.c_str()) != 0 && errno != EEXIST)
      base::throw_errno(link);
  }
}

void remove_label_links(const std::string& drive) {
  for (const std::string& label : names_in(kLabels)) {
    const std::string link = base::cat(kLabels, "/", label);
    char target[64];
    const ssize_t size = readlink(link.c_str(), target, sizeof target);
    const std::optional<DriveName> name =
        parse_drive_name({target, static_cast<size_t>(std::max<ssize_t>(size, 0))});
    if (name && drive_name(name->drive) == drive)
      unlink(link.c_str());
  }
}

}  // namespace glovebox::guestd
