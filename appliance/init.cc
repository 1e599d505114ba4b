// SPDX-License-Identifier: GPL-2.0-or-later
//
// Process 1 of the appliance. It is static and lives in the initrd, because guestd's libraries are
// in the root file system that this program has to find first: it loads the modules, puts a tmpfs
// over the read-only root, moves guestd and the plugins there, and starts guestd. Afterwards it
// reaps orphans; when guestd ends, however it ends, the machine is switched off at once, so that
// the host sees the channel close instead of waiting for an answer.
//
// It does not use the rest of the tree, throws nothing, and says what failed on the console.
#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

constexpr const char* kRootDevice = "/dev/vda";
constexpr const char* kGuestd = "/usr/sbin/guestd";
constexpr int kRootDeadlineMs = 30'000;

[[noreturn]] void power_off() {
  fflush(nullptr);
  reboot(RB_POWER_OFF);
  _exit(1);  // the kernel panics when process 1 ends, and qemu runs with panic=-1 and -no-reboot
}

[[noreturn]] void give_up(const char* what) {
  printf("glovebox init: %s: %s\n", what, strerror(errno));
  power_off();
}

void make_mount(const char* type,
                const char* source,
                const char* target,
                unsigned long flags,
                const char* options = "") {
  mkdir(target, 0755);
  if (mount(source, target, type, flags, options) != 0)
    give_up(target);
}

void write_setting(const char* path, const char* value) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, value, strlen(value)) < 0)
    printf("glovebox init: cannot set %s: %s\n", path, strerror(errno));
  if (fd >= 0)
    close(fd);
}

// The list holds one file name a line, in order; a leading "!" makes it required. A module that
// this CPU or machine has no use for fails to load (ENODEV), which is normal.
void load_modules() {
  FILE* list = fopen("/modules/list", "re");
  if (!list)
    give_up("/modules/list");
  char line[256];
  while (fgets(line, sizeof line, list)) {
    line[strcspn(line, "\n")] = '\0';
    const bool required = line[0] == '!';
    const std::string path = std::string("/modules/") + (line + (required ? 1 : 0));
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool loaded = fd >= 0 && (syscall(SYS_finit_module, fd, "", 0) == 0 || errno == EEXIST);
    if (!loaded && required)
      give_up(path.c_str());
    if (fd >= 0)
      close(fd);
    unlink(path.c_str());
  }
  fclose(list);
}

// Nothing may be loaded on a guest's behalf from now on. The helper's path is emptied too: the
// kernel would still start it for every file system type it does not know, and a fork is what this
// appliance avoids most.
void close_module_loading() {
  write_setting("/proc/sys/kernel/modprobe", "\n");
  write_setting("/proc/sys/kernel/modules_disabled", "1");
}

void wait_for_root_device() {
  const timespec pause = {.tv_sec = 0, .tv_nsec = 1'000'000};
  for (int waited = 0; access(kRootDevice, F_OK) != 0; ++waited) {
    if (waited >= kRootDeadlineMs) {
      errno = ENODEV;
      give_up(kRootDevice);
    }
    nanosleep(&pause, nullptr);
  }
}

void mount_root() {
  wait_for_root_device();
  mkdir("/lower", 0755);
  if (mount(kRootDevice, "/lower", "erofs", MS_RDONLY, "") != 0 &&
      mount(kRootDevice, "/lower", "squashfs", MS_RDONLY, "") != 0)
    give_up("mounting the root image as erofs or squashfs");
  make_mount("tmpfs", "tmpfs", "/upper", 0, "mode=0755");
  mkdir("/upper/files", 0755);
  mkdir("/upper/work", 0755);
  make_mount("overlay", "overlay", "/newroot", 0,
             "lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work");
}

void copy_file(const std::string& from, const std::string& to) {
  const int in = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
  if (in < 0 || out < 0)
    give_up(to.c_str());
  static char buffer[1 << 16];
  ssize_t count;
  while ((count = read(in, buffer, sizeof buffer)) > 0)
    for (ssize_t done = 0; done < count;) {
      const ssize_t written = write(out, buffer + done, static_cast<size_t>(count - done));
      if (written < 0)
        give_up(to.c_str());
      done += written;
    }
  if (count < 0 || close(out) != 0)
    give_up(to.c_str());
  close(in);
  unlink(from.c_str());  // its memory is the initrd's
}

void copy_files(const std::string& from, const std::string& to) {
  mkdir(to.c_str(), 0755);
  DIR* directory = opendir(from.c_str());
  if (!directory)
    return;
  while (const dirent* entry = readdir(directory))
    if (entry->d_name[0] != '.')
      copy_file(from + "/" + entry->d_name, to + "/" + entry->d_name);
  closedir(directory);
}

void copy_payload() {
  copy_file("/payload/guestd", std::string("/newroot") + kGuestd);
  copy_files("/payload/helpers", "/newroot/usr/lib/glovebox");
  copy_files("/payload/plugins", "/newroot/usr/lib/glovebox/plugins");
}

void switch_root() {
  for (const char* kept : {"/proc", "/sys", "/dev"}) {
    const std::string target = std::string("/newroot") + kept;
    mkdir(target.c_str(), 0755);
    if (mount(kept, target.c_str(), nullptr, MS_MOVE, nullptr) != 0)
      give_up(target.c_str());
  }
  if (chdir("/newroot") != 0 || mount(".", "/", nullptr, MS_MOVE, nullptr) != 0 ||
      chroot(".") != 0 || chdir("/") != 0)
    give_up("changing to the new root");
  for (const char* volatile_directory : {"/run", "/tmp", "/sysroot"})
    mkdir(volatile_directory, 0755);
  make_mount("tmpfs", "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755");
  make_mount("tmpfs", "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777");
}

pid_t start_guestd() {
  const pid_t pid = fork();
  if (pid < 0)
    give_up("fork");
  if (pid == 0) {
    const char* const argv[] = {"guestd", nullptr};
    const char* const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                       "LC_ALL=C",
                                       "HOME=/",
                                       "TMPDIR=/tmp",
                                       "LVM_SYSTEM_DIR=/etc/lvm",
                                       nullptr};
    setsid();
    execve(kGuestd, const_cast<char* const*>(argv), const_cast<char* const*>(environment));
    give_up(kGuestd);
  }
  return pid;
}

void reap_until_end_of(pid_t guestd) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(-1, &status, 0);
    if (ended < 0 && errno != EINTR)
      give_up("waitpid");
    if (ended != guestd)
      continue;
    if (WIFSIGNALED(status))
      printf("glovebox init: guestd was killed by signal %d (%s)\n", WTERMSIG(status),
             strsignal(WTERMSIG(status)));
    else
      printf("glovebox init: guestd exited with status %d\n", WEXITSTATUS(status));
    return;
  }
}

}  // namespace

int main() {
  setvbuf(stdout, nullptr, _IOLBF, 0);
  umask(022);
  make_mount("proc", "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  make_mount("sysfs", "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  make_mount("devtmpfs", "devtmpfs", "/dev", MS_NOSUID, "mode=0755");
  load_modules();
  close_module_loading();
  mount_root();
  copy_payload();
  switch_root();
  reap_until_end_of(start_guestd());
  power_off();
}
