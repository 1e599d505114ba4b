// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Debian 12's header describes ABI 2 while its users run kernels up to ABI 7, so the interface is
// written down here (Documentation/userspace-api/landlock.rst). What each ABI added: 1 files, 2
// moving files between directories, 3 truncation, 4 TCP, 5 ioctl on devices opened later, 6
// abstract unix sockets and signals.
#include "vm/supervisor/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {
namespace {

constexpr uint64_t kExecute = 1 << 0, kWriteFile = 1 << 1, kReadFile = 1 << 2,
                   kReadDirectory = 1 << 3, kTruncate = 1 << 14, kIoctlDevice = 1 << 15;
constexpr uint64_t kFilesAbi1 = (1 << 13) - 1, kRefer = 1 << 13;
constexpr uint64_t kTcpBindAndConnect = 3;
constexpr uint64_t kAbstractSocketsAndSignals = 3;
constexpr unsigned kVersion = 1;
constexpr int kRulePathBeneath = 1;

struct RulesetAttributes {
  uint64_t handled_access_fs, handled_access_net, scoped;
};

struct __attribute__((packed)) PathBeneath {
  uint64_t allowed_access;
  int32_t parent_fd;
};

uint64_t handled_files(int abi) {
  return kFilesAbi1 | (abi >= 2 ? kRefer : 0) | (abi >= 3 ? kTruncate : 0) |
         (abi >= 5 ? kIoctlDevice : 0);
}

void allow(int ruleset, const std::string& path, uint64_t access) {
  const int fd = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0)
    fail_errno(path);
  struct stat st;
  if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
    access &= ~kReadDirectory;
  const PathBeneath rule{access, fd};
  const long rc = syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &rule, 0);
  const int saved = errno;
  close(fd);
  errno = saved;
  if (rc != 0)
    fail_errno("landlock: " + path);
}

}  // namespace

int landlock_abi(std::string& reason) {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersion);
  if (abi > 0)
    return static_cast<int>(abi);
  if (errno == EOPNOTSUPP)
    reason = "switched off in this kernel (add landlock to lsm= on its command line)";
  else if (errno == EPERM)
    reason = "refused by an outer system call filter (a container's seccomp profile)";
  else
    reason = "this kernel does not have it (Linux 5.13 or later does)";
  return 0;
}

void enter_landlock(int abi, const LandlockGrants& grants) {
  RulesetAttributes attributes{};
  attributes.handled_access_fs = handled_files(abi);
  attributes.handled_access_net = abi >= 4 ? kTcpBindAndConnect : 0;
  attributes.scoped = abi >= 6 ? kAbstractSocketsAndSignals : 0;
  const int ruleset =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
  if (ruleset < 0)
    fail_errno("landlock_create_ruleset");
  const uint64_t handled = attributes.handled_access_fs;
  for (const std::string& path : grants.read) allow(ruleset, path, kReadFile | kReadDirectory);
  for (const std::string& path : grants.write)
    allow(ruleset, path, (kReadFile | kReadDirectory | kWriteFile | kTruncate) & handled);
  for (const std::string& path : grants.device)
    allow(ruleset, path, (kReadFile | kWriteFile | kIoctlDevice) & handled);
  for (const std::string& path : grants.exec) allow(ruleset, path, kReadFile | kExecute);
  const long rc = syscall(SYS_landlock_restrict_self, ruleset, 0);
  if (rc != 0)
    fail_errno("landlock_restrict_self");
  close(ruleset);
}

}  // namespace glovebox::vm
