// SPDX-License-Identifier: GPL-2.0-or-later
//
// restricted PROFILE PROGRAM [ARGUMENTS]: runs a program under a system call filter such as hosts
// put around containers, with no_new_privs. Profiles:
//   container           what Docker's default profile refuses to a container without CAP_SYS_ADMIN
//                       (https://docs.docker.com/engine/security/seccomp/): a list of what is
//                       refused here, of what is allowed there
//   old-container       the same from before it knew Landlock
//   no-user-namespaces  nothing but those, as where an administrator has switched them off
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace {

constexpr const char* kRefused[] = {"acct",
                                    "add_key",
                                    "bpf",
                                    "delete_module",
                                    "fanotify_init",
                                    "finit_module",
                                    "fsconfig",
                                    "fsmount",
                                    "fsopen",
                                    "fspick",
                                    "init_module",
                                    "io_uring_enter",
                                    "io_uring_register",
                                    "io_uring_setup",
                                    "kcmp",
                                    "kexec_load",
                                    "keyctl",
                                    "lookup_dcookie",
                                    "mount",
                                    "mount_setattr",
                                    "move_mount",
                                    "move_pages",
                                    "open_by_handle_at",
                                    "open_tree",
                                    "perf_event_open",
                                    "pivot_root",
                                    "process_madvise",
                                    "quotactl",
                                    "reboot",
                                    "request_key",
                                    "setdomainname",
                                    "sethostname",
                                    "setns",
                                    "swapoff",
                                    "swapon",
                                    "syslog",
                                    "umount2",
                                    "unshare",
                                    "userfaultfd",
                                    "vhangup"};
constexpr const char* kLandlock[] = {"landlock_create_ruleset", "landlock_add_rule",
                                     "landlock_restrict_self"};
constexpr unsigned long kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

// Makes a failed call the end.
void must(int rc, const char* what) {
  if (rc >= 0)
    return;
  fprintf(stderr, "restricted: %s: %s\n", what, strerror(-rc));
  _exit(125);
}

void refuse(scmp_filter_ctx filter, const char* name) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number >= 0)
    must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0), name);
}

// clone(2) with one of the flags. One rule for each: a masked comparison has one value.
void refuse_clone(scmp_filter_ctx filter, unsigned long flags) {
  for (unsigned bit = 0; bit < 32; ++bit) {
    const unsigned long flag = 1UL << bit;
    if ((flags & flag) == 0)
      continue;
    const scmp_arg_cmp has{0, SCMP_CMP_MASKED_EQ, flag, flag};
    must(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &has), "clone");
  }
  // Its flags are in memory, where no filter can look.
  must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0), "clone3");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return 2;
  const std::string profile = argv[1];
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (profile == "container" || profile == "old-container") {
    for (const char* name : kRefused) refuse(filter, name);
    refuse_clone(filter, kNamespaces);
  } else if (profile == "no-user-namespaces") {
    refuse_clone(filter, CLONE_NEWUSER);
    const scmp_arg_cmp user{0, SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER};
    must(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(unshare), 1, &user),
         "unshare");
  } else {
    return 2;
  }
  if (profile == "old-container")
    for (const char* name : kLandlock) refuse(filter, name);
  must(seccomp_load(filter), "seccomp");
  execvp(argv[2], argv + 2);
  fprintf(stderr, "restricted: %s: %s\n", argv[2], strerror(errno));
  return 127;
}
