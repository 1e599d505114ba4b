// SPDX-License-Identifier: GPL-2.0-or-later
//
// What another process on the host would try against a confined one, one line each, as
// confinement_probe.cc prints them: "NAME refused", "NAME ALLOWED (how)". Usage:
// confinement-outsider PID FD, where FD is a descriptor that PID has. Run as the user who tries.
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

// Refused is only what the kernel refuses for want of a right: a process that is not there any more
// (ESRCH) proves nothing.
void report(const char* name, long result) {
  if (result < 0 && (errno == EPERM || errno == EACCES))
    printf("%s refused\n", name);
  else
    printf("%s ALLOWED (%s)\n", name, result < 0 ? strerror(errno) : "success");
  fflush(stdout);
}

long open_in_proc(pid_t pid, const std::string& name, int flags) {
  return open(("/proc/" + std::to_string(pid) + "/" + name).c_str(), flags | O_CLOEXEC);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  const auto pid = static_cast<pid_t>(atoi(argv[1]));
  const int descriptor = atoi(argv[2]);

  const long pidfd = syscall(SYS_pidfd_open, pid, 0);
  if (pidfd < 0) {
    printf("there is no process %d\n", pid);
    return 1;
  }
  report("take-descriptor", syscall(SYS_pidfd_getfd, pidfd, descriptor, 0));
  report("open-descriptor", open_in_proc(pid, "fd/" + std::to_string(descriptor), O_RDONLY));
  report("list-descriptors", open_in_proc(pid, "fd", O_RDONLY | O_DIRECTORY));
  char byte;
  iovec ours{&byte, 1}, theirs{reinterpret_cast<void*>(0x1000), 1};

  // EFAULT: allowed, but nothing is mapped there.
  report("read-memory", process_vm_readv(pid, &ours, 1, &theirs, 1, 0));
  report("write-memory", process_vm_writev(pid, &ours, 1, &theirs, 1, 0));
  report("open-memory", open_in_proc(pid, "mem", O_RDWR));
  report("read-maps", open_in_proc(pid, "maps", O_RDONLY));
  report("read-environment", open_in_proc(pid, "environ", O_RDONLY));
  report("enter-root", open_in_proc(pid, "root/.", O_RDONLY | O_DIRECTORY));
  report("compare-descriptors", syscall(SYS_kcmp, pid, getpid(), 0, 0, 0));
  const rlimit core{RLIM_INFINITY, RLIM_INFINITY};
  report("set-limits", syscall(SYS_prlimit64, pid, RLIMIT_CPU, &core, nullptr));
  report("signal", kill(pid, 0));
  const long traced = ptrace(PTRACE_SEIZE, pid, nullptr, nullptr);
  report("trace", traced);
  if (traced == 0)
    ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
  puts("end");
  return 0;
}
