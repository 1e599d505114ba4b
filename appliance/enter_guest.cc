// SPDX-License-Identifier: GPL-2.0-or-later
//
// enter-guest [--network] ROOT PROGRAM [ARGUMENT...]: runs a program of the guest in the guest's
// tree, which is mounted at ROOT, with the appliance's /dev, /proc and /sys in it, where the guest
// has directories of those names. Everything else is taken away: no network unless the caller asked
// for one, mounts of its own, process numbers of its own, so that nothing that the program leaves
// behind outlives it, and none of the powers over the machine (kernel, clock, other processes). It
// is the guest's code, and the machine is the wall around it.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int kNotEntered = 126;
constexpr int kNotFound = 127;
constexpr const char* kResolver = "/etc/resolv.conf";

enum class Network { None, Shared };

[[noreturn]] void give_up(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  _exit(kNotEntered);
}

// A directory below the root that no link leads to; -1 if there is none.
int directory_at(int root, const char* name) {
  open_how how = {};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;
  return static_cast<int>(syscall(SYS_openat2, root, name, &how, sizeof how));
}

void bind_into(int root, const char* name) {
  const int directory = directory_at(root, name);
  if (directory < 0)
    return;  // a guest without it does without
  const std::string target = "/proc/self/fd/" + std::to_string(directory);
  const std::string source = std::string("/") + name;
  if (mount(source.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    give_up(source.c_str());
  close(directory);
}

// The appliance's resolver in the place of the guest's, which may be a link to what only a running
// guest has. A guest without such a file does without names.
void bind_resolver(int root) {
  open_how how = {};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT;
  const int file =
      static_cast<int>(syscall(SYS_openat2, root, "etc/resolv.conf", &how, sizeof how));
  if (file < 0)
    return;
  const std::string target = "/proc/self/fd/" + std::to_string(file);
  if (mount(kResolver, target.c_str(), nullptr, MS_BIND, nullptr) != 0)
    give_up(kResolver);
  close(file);
}

// Data of the guest becomes programs: only in this mount namespace.
void allow_programs(const char* root) {
  mount_attr attributes = {};
  attributes.attr_clr = MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID;
  if (mount_setattr(AT_FDCWD, root, AT_RECURSIVE, &attributes, sizeof attributes) != 0)
    give_up(root);
}

void make_tree(const char* path, Network network) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    give_up("mount namespace");
  allow_programs(path);
  const int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    give_up(path);
  for (const char* name : {"dev", "sys"}) bind_into(root, name);
  if (network == Network::Shared)
    bind_resolver(root);
  const int proc = directory_at(root, "proc");
  const std::string target = "/proc/self/fd/" + std::to_string(proc);
  if (proc >= 0 &&
      mount("proc", target.c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
    give_up("proc");
  if (fchdir(root) != 0 || chroot(".") != 0)
    give_up(path);
}

void drop_powers() {
  for (const int power : {CAP_SYS_MODULE, CAP_SYS_PTRACE, CAP_SYS_BOOT, CAP_SYS_TIME, CAP_SYS_RAWIO,
                          CAP_SYSLOG, CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN})
    prctl(PR_CAPBSET_DROP, power, 0, 0, 0);
}

void set_environment() {
  clearenv();
  setenv("PATH", "/sbin:/usr/sbin:/bin:/usr/bin", 1);
  setenv("SHELL", "/bin/sh", 1);
  setenv("HOME", "/", 1);
  setenv("LC_ALL", "C", 1);
  setenv("TERM", "dumb", 1);
}

// The exit status of a child, as a shell tells it.
int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      give_up("wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// As the first process of its namespace: when it ends the kernel ends all others.
[[noreturn]] void be_the_first(char** argv, Network network) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  make_tree(argv[0], network);
  drop_powers();
  set_environment();
  const pid_t program = fork();
  if (program < 0)
    give_up("fork");
  if (program == 0) {
    execvp(argv[1], argv + 1);
    fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
    _exit(kNotFound);
  }
  _exit(status_of(program));
}

}  // namespace

int main(int argc, char** argv) {
  const bool shared = argc > 1 && strcmp(argv[1], "--network") == 0;
  char** const rest = argv + (shared ? 2 : 1);  // ROOT PROGRAM [ARGUMENT...]
  if (rest + 2 > argv + argc)
    return kNotEntered;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | (shared ? 0 : CLONE_NEWNET)) != 0)
    give_up("namespaces");
  const pid_t first = fork();
  if (first < 0)
    give_up("fork");
  if (first == 0)
    be_the_first(rest, shared ? Network::Shared : Network::None);
  return status_of(first);
}
