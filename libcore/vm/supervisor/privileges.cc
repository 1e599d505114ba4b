// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/supervisor/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {

void become_plain_user(uid_t uid, gid_t gid, const std::vector<gid_t>& groups) {
  if (setgroups(groups.size(), groups.data()) != 0)
    fail_errno("setgroups");
  if (setresgid(gid, gid, gid) != 0)
    fail_errno("setresgid");
  if (setresuid(uid, uid, uid) != 0)
    fail_errno("setresuid");
}

void limit_capabilities() {
  // The kernel may know more capabilities than this file; EINVAL ends the list. EPERM: a user
  // without any.
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
    if (prctl(PR_CAPBSET_DROP, capability) != 0 && errno != EPERM)
      fail_errno("PR_CAPBSET_DROP");
  constexpr unsigned long kNoRootMagic = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
                                         SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                                         SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                                         SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  if (prctl(PR_SET_SECUREBITS, kNoRootMagic) != 0 && errno != EPERM)
    fail_errno("PR_SET_SECUREBITS");
}

void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capset, &header, none) != 0)
    fail_errno("capset");
}

void forbid_core_dumps() {
  // One byte, not zero: a core_pattern that is a pipe ignores every limit but this one
  // (fs/coredump.c).
  const rlimit one_byte{1, 1};
  if (setrlimit(RLIMIT_CORE, &one_byte) != 0) {
    const rlimit nothing{0, 0};  // the hard limit was 0 already
    if (setrlimit(RLIMIT_CORE, &nothing) != 0)
      fail_errno("RLIMIT_CORE");
  }
}

void forbid_tracing() {
  if (prctl(PR_SET_DUMPABLE, 0) != 0)
    fail_errno("PR_SET_DUMPABLE");
}

void set_no_new_privileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    fail_errno("PR_SET_NO_NEW_PRIVS");
}

}  // namespace glovebox::vm
