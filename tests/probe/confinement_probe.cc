// SPDX-License-Identifier: GPL-2.0-or-later
//
// What an intruder who has taken over qemu would try, one line each: "NAME refused", "NAME ALLOWED
// (how)". Run in qemu's place, behind the supervisor, with the facts about the host as NAME=VALUE
// arguments: ram= (the template's RAM file), foreign= (somebody's file), unix= (path of a listening
// socket), abstract= (name of another), port= (TCP, on the loopback), parent= (a process of the
// same user), leaked= (a directory descriptor that the caller left open by accident), socket= (an
// unconnected unix socket, ditto), ram-fd= (a read-only descriptor of the RAM file), new= (a file
// name that is nowhere taken: a file that is there already could not be made, whatever is allowed).
//
// Calls that could do harm get arguments that the kernel rejects after asking whether they are
// allowed at all: EINVAL, EFAULT or EBADF then means "would have been allowed". Every way of being
// refused is listed with its attempt.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Facts {
  std::map<std::string, std::string> values;
  std::string text(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? "" : found->second;
  }
  int number(const std::string& name) const { return atoi(text(name).c_str()); }
};

const std::vector<int> kNo = {EPERM, EACCES, ENOSYS};
// A path that is not there, or that cannot be written, is as good as forbidden.
const std::vector<int> kNoFile = {EPERM, EACCES, ENOSYS, ENOENT, EROFS, ENOTDIR, EXDEV};
const std::vector<int> kNotWritable = {EPERM, EACCES, ENOSYS, EROFS, ENOENT, EBADF, EINVAL};
const std::vector<int> kNobody = {EPERM, EACCES, ENOSYS, ESRCH};
const std::vector<int> kUnreachable = {EPERM,        EACCES,      ENOSYS, ENOENT,
                                       ECONNREFUSED, ENETUNREACH, EBADF,  EADDRNOTAVAIL};

void report(const std::string& name, long result, const std::vector<int>& refusals) {
  const int error = errno;
  const bool refused =
      result < 0 && std::find(refusals.begin(), refusals.end(), error) != refusals.end();
  if (refused)
    printf("%s refused\n", name.c_str());
  else
    printf("%s ALLOWED (%s)\n", name.c_str(), result < 0 ? strerror(error) : "success");
  fflush(stdout);
}

void allowed(const std::string& name, bool works) {
  printf("%s %s\n", name.c_str(), works ? "works" : "BROKEN");
  fflush(stdout);
}

long open_path(const std::string& path, int flags) {
  return open(path.c_str(), flags | O_CLOEXEC, 0600);
}

void read_files(const Facts& facts) {
  report("files.read-passwd", open_path("/etc/passwd", O_RDONLY), kNoFile);
  report("files.read-foreign", open_path(facts.text("foreign"), O_RDONLY), kNoFile);
  report("files.read-own-binary-directory", open_path("/usr/bin", O_RDONLY | O_DIRECTORY), kNoFile);
  report("files.list-root", open_path("/home", O_RDONLY | O_DIRECTORY), kNoFile);
  report("files.proc-1-root", open_path("/proc/1/root/etc/passwd", O_RDONLY), kNoFile);
  report("files.proc-parent-environ",
         open_path("/proc/" + facts.text("parent") + "/environ", O_RDONLY), kNoFile);
  report("files.proc-parent-mem", open_path("/proc/" + facts.text("parent") + "/mem", O_RDWR),
         kNoFile);
  report("files.dev-mem", open_path("/dev/mem", O_RDWR), kNoFile);
  report("files.leaked-directory", openat(facts.number("leaked"), "etc/passwd", O_RDONLY),
         {EBADF, EACCES});
  const file_handle handle{};
  report("files.open-by-handle", syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, O_RDONLY), kNo);
  report("files.name-to-handle", syscall(SYS_name_to_handle_at, AT_FDCWD, "/", &handle, nullptr, 0),
         kNo);
}

void write_ram(const Facts& facts) {
  const std::string ram = facts.text("ram");
  report("ram.open-read-write", open_path(ram, O_RDWR), kNoFile);
  report("ram.open-write", open_path(ram, O_WRONLY), kNoFile);
  report("ram.open-truncate", open_path(ram, O_RDONLY | O_TRUNC), kNoFile);
  report("ram.truncate", truncate(ram.c_str(), 0), kNotWritable);
  report("ram.unlink", unlink(ram.c_str()), kNoFile);
  report("ram.rename", rename(ram.c_str(), (ram + ".old").c_str()), kNoFile);
  report("ram.link", link(ram.c_str(), (ram + ".link").c_str()), kNoFile);
  report("ram.chmod", chmod(ram.c_str(), 0666), kNoFile);
  report("ram.chown", chown(ram.c_str(), 1, 1), kNoFile);
  report("ram.set-times", utimensat(AT_FDCWD, ram.c_str(), nullptr, 0), kNoFile);
  report("ram.set-xattr", setxattr(ram.c_str(), "user.x", "x", 1, 0), kNoFile);

  const int by_path = static_cast<int>(open_path(ram, O_RDONLY));
  allowed("ram.read", by_path >= 0);
  for (const int fd : {by_path, facts.number("ram-fd")}) {
    const std::string name = fd == by_path ? "ram.own-descriptor." : "ram.passed-descriptor.";
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    report(name + "reopen", open_path(link, O_RDWR), kNoFile);
    report(name + "reopen-dev-fd", open_path("/dev/fd/" + std::to_string(fd), O_RDWR), kNoFile);
    report(name + "reopen-truncate", open_path(link, O_RDONLY | O_TRUNC), kNoFile);
    report(name + "write", pwrite(fd, "x", 1, 0), kNotWritable);
    report(name + "truncate", ftruncate(fd, 0), kNotWritable);
    report(name + "punch-hole", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096),
           kNotWritable);
    report(name + "chmod", fchmod(fd, 0666), kNotWritable);
    report(name + "set-xattr", fsetxattr(fd, "user.x", "x", 1, 0), kNotWritable);
    report(name + "set-times", futimens(fd, nullptr), kNotWritable);
    loff_t zero = 0;
    report(name + "copy-into", copy_file_range(by_path, nullptr, fd, &zero, 1, 0), kNotWritable);
    void* shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    report(name + "map-shared", shared == MAP_FAILED ? -1 : 0, kNotWritable);
    void* readable = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0);
    report(name + "make-map-writable", mprotect(readable, 4096, PROT_READ | PROT_WRITE),
           {EACCES, EINVAL, ENOMEM});
    int flags = 0;
    report(name + "set-file-flags", ioctl(fd, FS_IOC_SETFLAGS, &flags),
           {EPERM, EACCES, EROFS, EINVAL, EBADF, ENOTTY, EOPNOTSUPP});
    void* copy = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    struct stat st {
    };  // writing behind the end would be SIGBUS, should an attempt above have emptied it
    allowed(name + "map-private", fstat(fd, &st) == 0 && st.st_size >= 4096 && copy != MAP_FAILED &&
                                      (static_cast<char*>(copy)[0] = 'x') == 'x');
  }
}

// What it makes it removes; where that is refused, the caller finds it by its name.
void write_files(const std::string& name) {
  for (const char* directory : {"/", "/tmp/", "/var/tmp/", "/dev/shm/", "/usr/lib/", ""}) {
    const std::string path = directory + name;
    const long fd = open_path(path.c_str(), O_WRONLY | O_CREAT | O_EXCL);
    report(std::string("files.create ") + directory + "new", fd, kNoFile);
    if (fd >= 0)
      unlink(path.c_str());
  }
  report("files.create-unnamed", open_path("/tmp", O_WRONLY | O_TMPFILE), kNoFile);
  const std::string path = "/tmp/" + name;
  const long directory = mkdir(path.c_str(), 0700);
  report("files.make-directory", directory, kNoFile);
  if (directory >= 0)
    rmdir(path.c_str());
  report("files.make-device", mknod(path.c_str(), S_IFBLK | 0600, 0x800), kNoFile);
  const long link = symlink("/etc/passwd", path.c_str());
  report("files.make-symlink", link, kNoFile);
  if (link >= 0)
    unlink(path.c_str());
  const long file = creat(path.c_str(), 0600);
  report("files.creat", file, kNoFile);
  if (file >= 0)
    unlink(path.c_str());
}

sockaddr_un unix_address(const std::string& name, bool abstract) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + (abstract ? 1 : 0), sizeof address.sun_path - 2);
  return address;
}

long connect_unix(int fd, const std::string& name, bool abstract) {
  const sockaddr_un address = unix_address(name, abstract);
  const size_t length = offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 1 : 0);
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length));
}

long connect_loopback(int fd, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// With a socket of its own, which only works when the filter is missing: then namespaces and
// Landlock must hold.
void reach_somebody(const Facts& facts) {
  report("reach.unix-path",
         connect_unix(socket(AF_UNIX, SOCK_STREAM, 0), facts.text("unix"), false), kUnreachable);
  report("reach.abstract",
         connect_unix(socket(AF_UNIX, SOCK_STREAM, 0), facts.text("abstract"), true), kUnreachable);
  report("reach.tcp", connect_loopback(socket(AF_INET, SOCK_STREAM, 0), facts.number("port")),
         kUnreachable);
  report("reach.leaked-socket", connect_unix(facts.number("socket"), facts.text("unix"), false),
         kUnreachable);
}

void make_sockets(const Facts& facts) {
  for (const auto& [name, family] : std::map<std::string, int>{{"unix", AF_UNIX},
                                                               {"inet", AF_INET},
                                                               {"inet6", AF_INET6},
                                                               {"netlink", AF_NETLINK},
                                                               {"packet", AF_PACKET},
                                                               {"vsock", AF_VSOCK},
                                                               {"alg", AF_ALG}})
    report("sockets.make-" + name, socket(family, SOCK_STREAM, 0), kNo);
  int pair[2];
  report("sockets.pair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair), kNo);
  report("sockets.connect", connect_unix(facts.number("socket"), facts.text("unix"), false), kNo);
  report("sockets.bind", bind(0, nullptr, 0), kNo);
  report("sockets.listen", listen(0, 1), kNo);
  report("sockets.accept", accept(0, nullptr, nullptr), kNo);
  const sockaddr_un address = unix_address(facts.text("unix"), false);
  report("sockets.send-to-address",
         sendto(facts.number("socket"), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address),
                sizeof address),
         kNo);
}

// A child that could be made ends at once.
long ended(long pid) {
  if (pid == 0)
    _exit(0);
  if (pid > 0)
    waitpid(static_cast<pid_t>(pid), nullptr, 0);
  return pid;
}

void make_processes() {
  report("processes.fork-call", ended(syscall(SYS_fork)), kNo);
  report("processes.vfork-call", ended(syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0)), kNo);
  report("processes.fork", ended(fork()), kNo);
  report("processes.clone-new-user", ended(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)),
         kNo);
  report("processes.clone3", syscall(SYS_clone3, nullptr, 0), kNo);
  bool ran = false;
  try {
    std::thread([&] { ran = true; }).join();
  } catch (const std::exception&) {
  }
  allowed("processes.thread", ran);
  char* const argv[] = {const_cast<char*>("true"), nullptr};
  char* const none[] = {nullptr};
  for (const char* program : {"/bin/sh", "/bin/true", "/usr/bin/true", "/usr/bin/id"})
    report(std::string("processes.exec ") + program, execve(program, argv, none), kNoFile);
  report("processes.exec-at", syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, none, 0), kNoFile);
}

void meddle_with_processes(const Facts& facts) {
  const auto parent = static_cast<pid_t>(facts.number("parent"));
  report("others.ptrace-attach", ptrace(PTRACE_ATTACH, parent, nullptr, nullptr), kNobody);
  report("others.ptrace-seize", ptrace(PTRACE_SEIZE, parent, nullptr, nullptr), kNobody);
  char byte;
  iovec ours{&byte, 1}, theirs{reinterpret_cast<void*>(0x1000), 1};
  report("others.read-memory", process_vm_readv(parent, &ours, 1, &theirs, 1, 0), kNobody);
  report("others.write-memory", process_vm_writev(parent, &ours, 1, &theirs, 1, 0), kNobody);
  report("others.kill", kill(parent, 0), kNobody);
  report("others.kill-everybody", kill(-1, 0), kNobody);
  report("others.kill-group", kill(0, 0), kNobody);
  report("others.thread-kill", syscall(SYS_tgkill, parent, parent, 0), kNobody);
  report("others.pidfd-open", syscall(SYS_pidfd_open, parent, 0), kNobody);
  report("others.set-limits", syscall(SYS_prlimit64, parent, RLIMIT_CORE, &theirs, nullptr),
         kNobody);
}

void meddle_with_processes_filtered(const Facts& facts) {
  const auto parent = static_cast<pid_t>(facts.number("parent"));
  report("filter.ptrace-traceme", ptrace(PTRACE_TRACEME, 0, nullptr, nullptr), kNo);
  report("filter.pidfd-getfd", syscall(SYS_pidfd_getfd, 0, 0, 0), kNo);
  report("filter.queue-signal", syscall(SYS_rt_sigqueueinfo, parent, 0, nullptr), kNo);
  report("filter.signal-owner", fcntl(0, F_SETOWN, parent), kNo);
  report("filter.kcmp", syscall(SYS_kcmp, parent, parent, 0, 0, 0), kNo);
}

void poke_the_kernel() {
  io_uring_params ring{};
  report("kernel.io-uring", syscall(SYS_io_uring_setup, 1, &ring), kNo);
  report("kernel.bpf", syscall(SYS_bpf, BPF_MAP_CREATE, nullptr, 0), kNo);
  report("kernel.perf", syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0), kNo);
  report("kernel.userfaultfd", syscall(SYS_userfaultfd, 0), kNo);
  report("kernel.add-key", syscall(SYS_add_key, "user", "x", "x", 1, KEY_SPEC_PROCESS_KEYRING),
         kNo);
  report("kernel.request-key", syscall(SYS_request_key, "user", "x", nullptr, 0), kNo);
  report("kernel.keyctl", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0),
         kNo);
  report("kernel.memfd-secret", syscall(SYS_memfd_secret, 0), kNo);
  report("kernel.fanotify", syscall(SYS_fanotify_init, 0, 0), kNo);
  report("kernel.init-module", syscall(SYS_init_module, nullptr, 0, ""), kNo);
  report("kernel.finit-module", syscall(SYS_finit_module, -1, "", 0), kNo);
  report("kernel.delete-module", syscall(SYS_delete_module, nullptr, 0), kNo);
  report("kernel.kexec", syscall(SYS_kexec_load, 0, 0, nullptr, 0xffff), kNo);
  report("kernel.reboot", syscall(SYS_reboot, 0, 0, 0, nullptr), kNo);
  report("kernel.swapon", syscall(SYS_swapon, nullptr, 0), kNo);
  report("kernel.quotactl", syscall(SYS_quotactl, 0, nullptr, 0, nullptr), kNo);
  report("kernel.syslog", syscall(SYS_syslog, 10, nullptr, 0), kNo);
  report("kernel.set-clock", syscall(SYS_clock_settime, CLOCK_REALTIME, nullptr), kNo);
  report("kernel.iopl", syscall(SYS_iopl, 3), kNo);
  report("kernel.newer-than-the-list", syscall(900), kNo);
}

void change_the_tree() {
  report("tree.unshare-user", unshare(CLONE_NEWUSER), kNo);
  report("tree.unshare-mount", unshare(CLONE_NEWNS), kNo);
  report("tree.setns", setns(-1, 0), kNo);
  report("tree.mount", mount("none", "/", "tmpfs", 0, nullptr), kNo);
  report("tree.remount", mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr), kNo);
  report("tree.umount", umount2("/", MNT_DETACH), kNo);
  report("tree.pivot-root", syscall(SYS_pivot_root, ".", "."), kNo);
  report("tree.chroot", chroot("/"), kNo);
  report("tree.open-tree", syscall(SYS_open_tree, AT_FDCWD, "/", 0), kNo);
  report("tree.fsopen", syscall(SYS_fsopen, "tmpfs", 0), kNo);
  report("tree.mount-setattr", syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, nullptr, 0), kNo);
  report("tree.openat2", syscall(SYS_openat2, AT_FDCWD, "/", nullptr, 0), kNo);
}

void become_somebody() {
  report("rights.setuid", setuid(0), kNo);
  report("rights.setgroups", syscall(SYS_setgroups, 0, nullptr), kNo);
  report("rights.capset", syscall(SYS_capset, nullptr, nullptr), kNo);
  report("rights.personality", personality(0xffffffff), kNo);
  report("rights.dumpable", prctl(PR_SET_DUMPABLE, 1), kNo);
  report("rights.parent-death-signal", prctl(PR_SET_PDEATHSIG, 0), kNo);
  const rlimit core{RLIM_INFINITY, RLIM_INFINITY};
  report("rights.core-limit", setrlimit(RLIMIT_CORE, &core), kNo);

  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  const bool known = syscall(SYS_capget, &header, data) == 0;
  allowed("rights.no-capabilities",
          known && (data[0].effective | data[1].effective | data[0].permitted | data[1].permitted |
                    data[0].inheritable | data[1].inheritable) == 0);
  allowed("rights.plain-user", getuid() != 0 && geteuid() != 0 && getgid() != 0 && getegid() != 0);
  allowed("rights.no-new-privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  rlimit now{};
  allowed("rights.no-core-dumps", getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max <= 1);
  allowed("rights.empty-environment", getenv("HOME") == nullptr && getenv("PATH") == nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  Facts facts;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    if (equals != std::string::npos)
      facts.values[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  if (argc > 1 && std::string(argv[1]) == "int80") {  // getpid by the 32-bit door
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    return 0;
  }
  if (argc > 2 &&
      std::string(argv[1]) == "open-mode") {  // what a read-write open of a path really gets
    const long fd = open_path(argv[2], O_RDWR | O_CREAT);
    printf("%s\n", fd < 0 ? strerror(errno)
                   : (fcntl(static_cast<int>(fd), F_GETFL) & O_ACCMODE) == O_RDONLY ? "read-only"
                                                                                    : "writable");
    return 0;
  }
  read_files(facts);
  write_ram(facts);
  write_files(facts.text("new"));
  reach_somebody(facts);
  meddle_with_processes(facts);
  if (facts.text("without").find("seccomp") ==
      std::string::npos) {  // these would succeed then, some of them with effect
    make_sockets(facts);
    meddle_with_processes_filtered(facts);
    poke_the_kernel();
    change_the_tree();
    become_somebody();
    make_processes();
  }
  printf("end\n");
  return 0;
}
