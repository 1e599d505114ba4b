// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "base/error.h"

namespace glovebox::inspect {
namespace {

// A process may signal and trace those of its own user: no two workers have the same. Far above the
// users that guests' files belong to.
constexpr unsigned kFirstUser = 0x70000000;
constexpr rlim_t kMaxDescriptors = 256;

void close_descriptors(int keep_fd) {
  const int null = open("/dev/null", O_RDWR);
  if (null < 0)
    base::throw_errno("/dev/null");
  for (int fd = 0; fd <= 2; ++fd)
    if (dup2(null, fd) < 0)
      base::throw_errno("dup2");
  if (keep_fd > 3)
    close_range(3, static_cast<unsigned>(keep_fd) - 1, 0);
  close_range(static_cast<unsigned>(keep_fd) + 1, UINT_MAX, 0);
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void limit(int resource, rlim_t value) {
  rlimit current{};
  getrlimit(static_cast<__rlimit_resource>(resource), &current);
  if (current.rlim_max != RLIM_INFINITY && value > current.rlim_max)
    value = current.rlim_max;
  const rlimit wanted{value, value};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &wanted) != 0)
    base::throw_errno("setrlimit");
}

void set_capabilities(uint64_t mask) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  for (int i = 0; i < 2; ++i)
    data[i].effective = data[i].permitted = static_cast<uint32_t>(mask >> (32 * i));
  if (syscall(SYS_capset, &header, data) != 0)
    base::throw_errno("capset");
}

bool has_capability(int number) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (syscall(SYS_capget, &header, data) != 0)
    base::throw_errno("capget");
  return data[number / 32].effective >> (number % 32) & 1;
}

}  // namespace

void enter_sandbox(const WorkerLimits& limits, int keep_fd) {
  reset_signals();
  close_descriptors(keep_fd);
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    base::throw_errno("PR_SET_PDEATHSIG");
// The sanitizers map terabytes of address space for their shadows.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, limits.address_space_bytes);
#endif
  limit(RLIMIT_CPU, limits.cpu_seconds);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, kMaxDescriptors);
  if (geteuid() == 0) {
    const unsigned user = kFirstUser + static_cast<unsigned>(getpid());
    if (setgroups(0, nullptr) != 0 || setresgid(user, user, user) != 0)
      base::throw_errno("setresgid");
    if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setresuid(user, user, user) != 0)
      base::throw_errno("setresuid");
    set_capabilities(1ull << CAP_DAC_READ_SEARCH | 1ull << CAP_SYS_CHROOT);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a change of user clears it
  }
  limit(RLIMIT_NPROC, 0);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    base::throw_errno("PR_SET_NO_NEW_PRIVS");
}

void close_sandbox() {
  if (!has_capability(CAP_SYS_CHROOT))  // it was started by a plain user
    return;
  // /proc/self/fdinfo is a directory of this process alone, and after chroot there is no path to
  // any other. Its entries are numbers and offsets of our own descriptors.
  if (chdir("/proc/self/fdinfo") == 0 && chroot(".") == 0)
    set_capabilities(1ull << CAP_DAC_READ_SEARCH);
  else
    base::throw_errno("chroot");
}

}  // namespace glovebox::inspect
