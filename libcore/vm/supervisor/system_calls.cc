// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A list of what is allowed, not of what is forbidden: a call that a later kernel brings is refused
// before anybody has thought about it. The refused ones fall in two. Those that an intruder would
// try first fail with EPERM. All others fail with ENOSYS, which is what a C library newer than this
// list expects from an old kernel, and so falls back.
//
// execve stays, because the filter is in place before the program starts; what can be executed is
// Landlock's business. Found by running qemu 7.2 under strace (cold boot, template, clone, hot
// plug, overlay in a memfd) and from the sources of what a KVM run uses besides.
#include "vm/supervisor/system_calls.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {
namespace {

constexpr const char* kAllowed[] = {
    // memory
    "brk", "madvise", "mbind", "mincore", "mlock", "mlock2", "mmap", "mprotect", "mremap", "msync",
    "munlock", "munmap", "membarrier",
    // files and what was passed to us as descriptors
    "access", "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "eventfd",
    "eventfd2", "faccessat", "faccessat2", "fadvise64", "fallocate", "fdatasync", "fgetxattr",
    "fstat", "fstatfs", "fsync", "ftruncate", "getcwd", "getdents64", "ioctl", "lseek", "lstat",
    "memfd_create", "newfstatat", "pipe", "pipe2", "pread64", "preadv", "preadv2", "pwrite64",
    "pwritev", "pwritev2", "read", "readlink", "readlinkat", "readv", "splice", "stat", "statfs",
    "statx", "sync_file_range", "tee", "umask", "write", "writev",
    // sockets that were passed to us
    "getpeername", "getsockname", "getsockopt", "recvfrom", "recvmmsg", "recvmsg", "sendmsg",
    "setsockopt", "shutdown",
    // waiting
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
    "futex", "futex_waitv", "poll", "ppoll", "pselect6", "select",
    // time
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "getitimer", "gettimeofday",
    "nanosleep", "setitimer", "time", "timer_create", "timer_delete", "timer_getoverrun",
    "timer_gettime", "timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime",
    // signals to itself
    "pause", "restart_syscall", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigsuspend", "rt_sigtimedwait", "sigaltstack", "signalfd", "signalfd4",
    // threads, scheduling, the process itself
    "arch_prctl", "capget", "execve", "exit", "exit_group", "getcpu", "getegid", "geteuid",
    "getgid", "getgroups", "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid",
    "getresuid", "getrlimit", "getrusage", "gettid", "getuid", "rseq", "sched_get_priority_max",
    "sched_get_priority_min", "sched_getaffinity", "sched_getparam", "sched_getscheduler",
    "sched_yield", "set_robust_list", "get_robust_list", "set_tid_address", "sysinfo", "times",
    "uname",
    // qemu -sandbox: a second filter can only forbid more
    "seccomp"};

constexpr const char* kRefused[] = {
    // talking to anybody that we did not introduce
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "kcmp", "process_madvise", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "fork", "vfork", "execveat", "setns", "unshare", "setpgid", "setsid", "sched_setaffinity",
    "sched_setattr", "sched_setparam", "sched_setscheduler", "setpriority", "ioprio_set",
    "migrate_pages", "move_pages",
    // large or young pieces of the kernel
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open",
    "userfaultfd", "add_key", "request_key", "keyctl", "memfd_secret", "fanotify_init",
    "inotify_init", "inotify_init1", "io_setup", "io_submit", "modify_ldt", "vmsplice", "shmget",
    "msgget", "semget", "mq_open",
    // the file tree
    "open_by_handle_at", "name_to_handle_at", "mount", "umount2", "pivot_root", "chroot",
    "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "chdir",
    "fchdir", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "truncate",
    "creat", "mkdir", "mkdirat", "mknod", "mknodat", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "setxattr", "lsetxattr",
    "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "utime", "utimes", "utimensat",
    "futimesat", "quotactl", "quotactl_fd", "flock", "swapon", "swapoff",
    // the machine
    "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname",
    "syslog", "acct", "iopl", "ioperm", "vhangup", "lookup_dcookie", "nfsservctl", "personality",
    // becoming somebody
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
    "setgroups", "capset", "setrlimit", "landlock_create_ruleset", "landlock_add_rule",
    "landlock_restrict_self"};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(ENOSYS))) {
    if (!context_)
      throw Failure{"seccomp_init failed"};
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;
  ~Filter() { seccomp_release(context_); }

  // A name that this libseccomp does not know stays with the default, which refuses it.
  void refuse(const char* name) {
    if (const int number = seccomp_syscall_resolve_name(name); number >= 0)
      check(seccomp_rule_add(context_, SCMP_ACT_ERRNO(EPERM), number, 0), name);
  }

  void allow(const char* name) {
    if (const int number = seccomp_syscall_resolve_name(name); number >= 0)
      check(seccomp_rule_add(context_, SCMP_ACT_ALLOW, number, 0), name);
  }

  // Allowed only when argument `index`, masked, has the value; EPERM for any other value must be
  // added by the caller.
  void allow_if(int number, unsigned index, uint64_t mask, uint64_t value) {
    const scmp_arg_cmp compare{index, SCMP_CMP_MASKED_EQ, mask, value};
    check(seccomp_rule_add_array(context_, SCMP_ACT_ALLOW, number, 1, &compare), "rule");
  }

  void refuse_if(int number, unsigned index, uint64_t mask, uint64_t value) {
    const scmp_arg_cmp compare{index, SCMP_CMP_MASKED_EQ, mask, value};
    check(seccomp_rule_add_array(context_, SCMP_ACT_ERRNO(EPERM), number, 1, &compare), "rule");
  }

  void load() {
    // A binary tree instead of a chain: the filter is a few hundred rules long.
    check(seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
    check(seccomp_attr_set(context_, SCMP_FLTATR_CTL_NNP, 0), "no_new_privs");
    check(seccomp_load(context_), "load");
  }

 private:
  static void check(int rc, const char* what) {
    if (rc < 0)
      throw Failure{std::string("seccomp: ") + what + ": " + strerror(-rc)};
  }

  scmp_filter_ctx context_;
};

constexpr uint64_t kInt = 0xffffffff;  // the kernel looks at 32 bits of an int argument

// Threads yes, processes no. clone3 hides its flags in memory, where a filter cannot look: it does
// not exist (the default).
void add_clone(Filter& filter) {
  filter.allow_if(SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);
  filter.refuse_if(SCMP_SYS(clone), 0, CLONE_THREAD, 0);
}

// No truncation by opening, which Landlock covers only from ABI 3 on. openat2 hides its flags: it
// does not exist.
void add_open(Filter& filter) {
  filter.allow_if(SCMP_SYS(open), 1, O_TRUNC, 0);
  filter.refuse_if(SCMP_SYS(open), 1, O_TRUNC, O_TRUNC);
  filter.allow_if(SCMP_SYS(openat), 2, O_TRUNC, 0);
  filter.refuse_if(SCMP_SYS(openat), 2, O_TRUNC, O_TRUNC);
}

// To whom the socket is connected, not to an address of the sender's choice.
void add_sendto(Filter& filter) {
  filter.allow_if(SCMP_SYS(sendto), 4, UINT64_MAX, 0);
}

// Everything but F_SETOWN and its kin, which send signals to other processes.
void add_fcntl(Filter& filter) {
  for (const int command : {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK,
                            F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_ADD_SEALS,
                            F_GET_SEALS, F_GETPIPE_SZ, F_SETPIPE_SZ})
    filter.allow_if(SCMP_SYS(fcntl), 1, kInt, static_cast<uint64_t>(command));
}

void add_prctl(Filter& filter) {
  constexpr int kSetVma = 0x53564d41;  // PR_SET_VMA: glibc names its mappings
  for (const int option :
       {PR_SET_NAME, PR_GET_NAME, PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_GET_DUMPABLE,
        PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_SET_SECCOMP, PR_CAPBSET_READ,
        PR_SET_THP_DISABLE, PR_GET_THP_DISABLE, PR_MCE_KILL, kSetVma})
    filter.allow_if(SCMP_SYS(prctl), 0, kInt, static_cast<uint64_t>(option));
}

// Signals go to our own process only; its id stays the same over exec.
void add_signals(Filter& filter) {
  const auto self = static_cast<uint64_t>(getpid());
  filter.allow_if(SCMP_SYS(kill), 0, kInt, self);
  filter.allow_if(SCMP_SYS(tgkill), 0, kInt, self);
}

// Reading limits, not setting them.
void add_prlimit(Filter& filter) {
  filter.allow_if(SCMP_SYS(prlimit64), 2, UINT64_MAX, 0);
}

}  // namespace

void enter_system_call_filter() {
  Filter filter;
  for (const char* name : kAllowed) filter.allow(name);
  for (const char* name : kRefused) filter.refuse(name);
  add_clone(filter);
  add_open(filter);
  add_sendto(filter);
  add_fcntl(filter);
  add_prctl(filter);
  add_signals(filter);
  add_prlimit(filter);
  filter.load();
}

}  // namespace glovebox::vm
