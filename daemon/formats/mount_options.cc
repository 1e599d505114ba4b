// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/mount_options.h"

#include <libmount/libmount.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr unsigned long kAboutMountPoints =
    MS_BIND | MS_MOVE | MS_REC | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

using Text = std::unique_ptr<char, decltype(&free)>;

[[noreturn]] void refuse_options(const std::string& options, const char* why) {
  throw Error(Errc::Usage, base::cat("mount options '", base::escape(options), "': ", why), EINVAL);
}

}  // namespace

MountFlags parse_mount_options(const std::string& options) {
  MountFlags result{.flags = MS_NODEV | MS_NOSUID | MS_NOEXEC};
  char* for_kernel = nullptr;
  char* for_filesystem = nullptr;
  const int split = mnt_split_optstr(options.c_str(), nullptr, &for_kernel, &for_filesystem, 0, 0);
  const Text flags(for_kernel, free);
  const Text data(for_filesystem, free);
  if (split != 0 || (flags && mnt_optstr_get_flags(flags.get(), &result.flags,
                                                   mnt_get_builtin_optmap(MNT_LINUX_MAP)) != 0))
    refuse_options(options, "not a list of options");
  if (result.flags & kAboutMountPoints)
    refuse_options(options, "they change a mount point instead of mounting a device");
  if (data)
    result.data = data.get();
  return result;
}

}  // namespace glovebox::guestd
