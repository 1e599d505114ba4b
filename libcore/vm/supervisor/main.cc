// SPDX-License-Identifier: LGPL-2.1-or-later
//
// supervisor: stands between a tool and qemu. Two processes:
//
//   tool --life-fd--> supervisor --parent-death signal, pid namespace--> child, which becomes qemu
//
// The child puts up every layer of confinement that the host has, reports each, and executes the
// program. The supervisor holds no descriptor but the life one and waits: for the tool's end
// (however it died, its end of the pipe closes), upon which it kills the child, or for the child's,
// upon which it ends the same way. A parent-death signal alone, set in the tool, would not do: it
// follows the thread that started the process, and a tool may end that thread.
//
// The order in the child matters. Namespaces come with the process. Mounts need capabilities, the
// plain user ends them; opening the paths for Landlock needs the new tree; the system call filter
// comes last, since it forbids all of the above.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "vm/supervisor/descriptors.h"
#include "vm/supervisor/failure.h"
#include "vm/supervisor/landlock.h"
#include "vm/supervisor/namespaces.h"
#include "vm/supervisor/options.h"
#include "vm/supervisor/privileges.h"
#include "vm/supervisor/program.h"
#include "vm/supervisor/report.h"
#include "vm/supervisor/sealed_root.h"
#include "vm/supervisor/system_calls.h"

namespace glovebox::vm {
namespace {

constexpr int kExitFailure = 125;    // a layer that is required is missing, or the set-up failed
constexpr int kExitNoProgram = 127;  // as a shell's

// What the program may reach, worked out while the host's tree is still there.
struct Grants {
  LandlockGrants paths;
  std::vector<gid_t> device_groups;  // what a plain user needs to be in to open the devices
  std::string program;
};

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Grants work_out_grants(const SupervisorOptions& options) {
  Grants grants;
  grants.paths = {options.read, options.write, options.exec, options.device};
  append(grants.paths.read, system_read_paths());
  grants.paths.device.emplace_back(
      "/dev/null");  // qemu tries out on it what file locks the kernel has
  if (!options.program.empty()) {
    grants.program = find_program(options.program[0]);
    grants.paths.exec.push_back(grants.program);
    if (std::string loader = interpreter_of(grants.program); !loader.empty())
      grants.paths.exec.push_back(loader);
  }
  for (const std::string& device : options.device) {
    struct stat st;
    if (stat(device.c_str(), &st) != 0)
      fail_errno(device);
    if (st.st_gid != 0 && (st.st_mode & 0060) == 0060)
      grants.device_groups.push_back(st.st_gid);
  }
  return grants;
}

std::vector<GrantedPath> mounts_for(const LandlockGrants& paths) {
  std::vector<GrantedPath> mounts;
  const auto add = [&](const std::vector<std::string>& list, Grant grant) {
    for (const std::string& path : list) mounts.push_back({path, grant});
  };
  add(paths.read, Grant::Read);
  add(paths.exec, Grant::Read);
  add(paths.write, Grant::Write);
  add(paths.device, Grant::Device);
  return mounts;
}

// --- the child

class Confinement {
 public:
  Confinement(const SupervisorOptions& options,
              const Namespaces& namespaces,
              Report& report,
              int supervisor_alive)
      : options_(options),
        namespaces_(namespaces),
        report_(report),
        supervisor_alive_(supervisor_alive) {}

  void enter(const Grants& grants) {
    setsid();  // no terminal to push characters into, no signals from it; a new process can always
               // do it
    namespace_layers(grants);
    forbid_tracing();  // before it, our files in /proc would be root's, the map of users among them
    limit_capabilities();
    plain_user(grants);
    layer("no-capabilities", [] { drop_capabilities(); });
    follow_supervisor();
    layer("no-core-dumps", [] { forbid_core_dumps(); });
    layer("no-new-privileges", [] { set_no_new_privileges(); });
    landlock(grants);
    layer("seccomp", [] { enter_system_call_filter(); });
  }

 private:
  template <typename Action>
  bool layer(const char* name, Action&& action) {
    if (!options_.wants(name)) {
      report_.missing(name, "left out by --without");
      return false;
    }
    try {
      action();
    } catch (const Failure& failure) {
      report_.missing(name, failure.text);
      return false;
    }
    report_.present(name);
    return true;
  }

  void namespace_layers(const Grants& grants) {
    for (const auto& [name, reason] : namespaces_.missing) report_.missing(name, reason);
    std::string unmapped;
    try {
      map_user(namespaces_);
    } catch (const Failure& failure) {
      unmapped = failure.text;
    }
    if (namespaces_.has(CLONE_NEWPID))
      report_.present("pid-namespace");
    if (namespaces_.has(CLONE_NEWNS))
      sealed_ = layer("mount-namespace", [&] {
        if (!unmapped.empty())
          throw Failure{"no file can be created in a user namespace without a mapped user: " +
                        unmapped};
        enter_sealed_root(mounts_for(grants.paths));
      });
    if (namespaces_.has(CLONE_NEWNET))
      report_.present("network-namespace");
    if (namespaces_.has(CLONE_NEWIPC))
      report_.present("ipc-namespace");
    if (namespaces_.has(CLONE_NEWUTS))
      report_.present("uts-namespace");
  }

  // An ordinary user is one already. Root becomes the one that the caller names, if the sealed root
  // shows it the files of root's private directories. There is no default: a user that others are,
  // too, could be traced by them.
  void plain_user(const Grants& grants) {
    if (namespaces_.uid != 0 && options_.wants("plain-user"))
      return report_.present("plain-user");
    layer("plain-user", [&] {
      if (options_.uid < 0 || options_.gid < 0)
        throw Failure{"there is no unused user id"};
      if (namespaces_.has(CLONE_NEWUSER))
        throw Failure{"root without CAP_SETUID cannot become another user"};
      if (!sealed_)
        throw Failure{"without a mount namespace another user could not reach the template"};
      become_plain_user(static_cast<uid_t>(options_.uid), static_cast<gid_t>(options_.gid),
                        grants.device_groups);
    });
  }

  // The child dies with the supervisor. Set after the last change of user, which clears it, and
  // before the filter, which refuses it; the pipe tells whether the supervisor was gone already.
  void follow_supervisor() {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
      fail_errno("PR_SET_PDEATHSIG");
    pollfd supervisor{supervisor_alive_, POLLIN, 0};
    if (poll(&supervisor, 1, 0) != 0)
      _exit(kExitFailure);
  }

  void landlock(const Grants& grants) {
    std::string reason;
    const int abi = landlock_abi(reason);
    if (!options_.wants("landlock"))
      return report_.missing("landlock", "left out by --without");
    if (abi == 0)
      return report_.missing("landlock", reason);
    try {
      enter_landlock(abi, grants.paths);
    } catch (const Failure& failure) {
      return report_.missing("landlock", failure.text);
    }
    report_.present("landlock", abi);
  }

  const SupervisorOptions& options_;
  const Namespaces& namespaces_;
  Report& report_;
  const int supervisor_alive_;
  bool sealed_ = false;
};

// As the program expects them, but for one: past `ulimit -f` its write shall fail, which is told,
// and not end it without a word.
void default_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  ::signal(SIGXFSZ, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& s : strings) result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

[[noreturn]] void run_child(const SupervisorOptions& options,
                            const Namespaces& namespaces,
                            const Grants& grants,
                            int alive) {
  Report report(options.report_fd, options.required);
  try {
    default_signals();
    // The way to what is granted is made here and walked by another user: a caller's umask must not
    // close it. The program itself makes no file.
    umask(022);
    Confinement(options, namespaces, report, alive).enter(grants);
    if (options.check)
      _exit(report.all_present() ? 0 : 1);
    execve(grants.program.c_str(), pointers(options.program).data(),
           pointers(options.environment).data());
    report.error(options.program[0] + ": " + strerror(errno));
    _exit(kExitNoProgram);
  } catch (const Failure& failure) {
    report.error(failure.text);
    _exit(kExitFailure);
  }
}

// --- the supervisor

// Ends as the child did, so that the caller's waitpid sees what it would have seen without us.
[[noreturn]] void end_like(int status) {
  if (WIFSIGNALED(status)) {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    ::signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : kExitFailure);
}

[[noreturn]] void reap_and_end(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  end_like(status);
}

// True while the tool lives; it may write to the pipe, which means nothing.
bool tool_lives(int life_fd) {
  char ignored[256];
  const ssize_t n = read(life_fd, ignored, sizeof ignored);
  return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

[[noreturn]] void watch(pid_t child, int life_fd, int alive) {
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  // Descriptors of the program's that we kept open would hide its end from whoever talks to it.
  close(0), close(1), close(2);
  close_all_but({life_fd, pidfd, alive});
  pollfd fds[] = {{pidfd, POLLIN, 0}, {life_fd, POLLIN, 0}};
  for (;;) {
    if (poll(fds, life_fd >= 0 ? 2 : 1, -1) < 0 && errno != EINTR)
      kill(child, SIGKILL);
    if (fds[0].revents != 0)
      reap_and_end(child);
    if (life_fd >= 0 && fds[1].revents != 0 && !tool_lives(life_fd)) {
      kill(child, SIGKILL);
      reap_and_end(child);
    }
  }
}

// Ours to ignore: the tool handles what its terminal sends, and its end is ours.
void ignore_terminal() {
  setsid();  // fails for a process group leader, that is when started from a shell by hand
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE})
    ::signal(signal, SIG_IGN);
}

[[noreturn]] void supervise(SupervisorOptions options) {
  Report report(options.report_fd, options.required);
  try {
    if (options.report_fd >= 0 && options.report_fd != 1)
      fcntl(options.report_fd, F_SETFD, FD_CLOEXEC);
    if (options.life_fd >= 0)
      fcntl(options.life_fd, F_SETFD, FD_CLOEXEC);
    if (!options.inherit_all) {
      std::vector<int> keep = options.inherit;
      keep.insert(keep.end(), {options.life_fd, options.report_fd});
      close_all_but(keep);
    }
    const Grants grants = work_out_grants(options);
    ignore_terminal();
    int alive[2];
    if (pipe2(alive, O_CLOEXEC) != 0)
      fail_errno("pipe");
    Namespaces namespaces;
    const pid_t child = fork_into_namespaces(options, namespaces);
    if (child != 0)
      forbid_tracing();
    if (child == 0) {
      close(alive[1]);
      if (options.life_fd >= 0)
        close(options.life_fd);
      run_child(options, namespaces, grants, alive[0]);
    }
    close(alive[0]);
    if (options.life_fd >= 0)  // for a tool that watches it
      report.child(child);
    watch(child, options.life_fd, alive[1]);
  } catch (const Failure& failure) {
    report.error(failure.text);
    dprintf(2, "supervisor: %s\n", failure.text.c_str());
    _exit(kExitFailure);
  }
}

}  // namespace
}  // namespace glovebox::vm

int main(int argc, char** argv) {
  using namespace glovebox::vm;
  SupervisorOptions options;
  try {
    options = parse_supervisor_options(argc, argv);
  } catch (const Failure& failure) {
    dprintf(2, "supervisor: %s\nTry 'supervisor --help'.\n", failure.text.c_str());
    return 2;
  }
  if (options.help) {
    dprintf(1, "%s", kSupervisorUsage);
    return 0;
  }
  if (options.check) {
    options.report_fd = 1;
    options.program.clear();
  }
  supervise(std::move(options));
}
