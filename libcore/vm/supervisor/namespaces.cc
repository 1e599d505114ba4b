// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/supervisor/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {
namespace {

struct Kind {
  unsigned long flag;
  const char* layer;
};
constexpr const char* kLeftOut = "left out by --without";
constexpr Kind kKinds[] = {{CLONE_NEWPID, "pid-namespace"},
                           {CLONE_NEWNS, "mount-namespace"},
                           {CLONE_NEWNET, "network-namespace"},
                           {CLONE_NEWIPC, "ipc-namespace"},
                           {CLONE_NEWUTS, "uts-namespace"}};

pid_t clone_with(unsigned long flags) {
  return static_cast<pid_t>(syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
}

// 0 if a child can be made with these flags, else errno.
int try_flags(unsigned long flags) {
  const pid_t pid = clone_with(flags);
  if (pid == 0)
    _exit(0);
  if (pid < 0)
    return errno;
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return 0;
}

void write_file(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    fail_errno(path);
  const bool ok = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int saved = errno;
  close(fd);
  errno = saved;
  if (!ok)
    fail_errno(path);
}

std::string why_not(int error) {
  std::string reason = std::string("the host does not allow it: ") + strerror(error);
  if (error == EPERM)
    reason += " (a container without CAP_SYS_ADMIN, or user namespaces are switched off)";
  if (error == ENOSPC)
    reason += " (the limits in /proc/sys/user)";
  return reason;
}

// The host refused the whole set: what it grants kind by kind. `base` is CLONE_NEWUSER or 0.
void choose_one_by_one(unsigned long base, const SupervisorOptions& options, Namespaces& out) {
  out.flags = 0;
  out.missing.clear();
  for (const Kind& kind : kKinds) {
    if (!options.wants(kind.layer)) {
      out.missing.push_back({kind.layer, kLeftOut});
      continue;
    }
    const int error = try_flags(base | kind.flag);
    if (error == 0)
      out.flags |= kind.flag;
    else
      out.missing.push_back({kind.layer, why_not(error)});
  }
  if (out.flags != 0)
    out.flags |= base;
}

}  // namespace

pid_t fork_into_namespaces(const SupervisorOptions& options, Namespaces& out) {
  out.uid = geteuid();
  out.gid = getegid();
  unsigned long wanted = 0;
  for (const Kind& kind : kKinds) {
    if (options.wants(kind.layer))
      wanted |= kind.flag;
    else
      out.missing.push_back({kind.layer, kLeftOut});
  }
  // Root in a container may lack CAP_SYS_ADMIN and still be allowed a user namespace.
  const unsigned long bases[] = {out.uid == 0 ? 0UL : CLONE_NEWUSER, CLONE_NEWUSER};
  for (const unsigned long base : bases) {
    out.flags = wanted == 0 ? 0 : wanted | base;
    const pid_t pid = clone_with(out.flags);
    if (pid >= 0)
      return pid;
  }
  for (const unsigned long base : bases) {
    choose_one_by_one(base, options, out);
    if (out.flags != 0)
      break;
  }
  const pid_t pid = clone_with(out.flags);
  if (pid < 0)
    fail_errno("cannot start a process");
  return pid;
}

void map_user(const Namespaces& namespaces) {
  if (!namespaces.has(CLONE_NEWUSER))
    return;
  const auto map = [](unsigned id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", map(namespaces.uid));
  write_file("/proc/self/gid_map", map(namespaces.gid));
}

}  // namespace glovebox::vm
