// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/cat.h"
#include "base/error.h"

extern char** environ;

namespace glovebox::base {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& s : strings) result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(const std::vector<std::string>& extra) {
  std::vector<std::string> result = extra;
  for (char** e = environ; e && *e; ++e) {
    const std::string_view entry = *e;
    const std::string_view name = entry.substr(0, entry.find('=') + 1);
    bool replaced = false;
    for (const std::string& x : extra) replaced = replaced || std::string_view(x).starts_with(name);
    if (!replaced)
      result.emplace_back(entry);
  }
  return result;
}

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  void dup2(int from, int to) {
    const int rc = posix_spawn_file_actions_adddup2(&actions_, from, to);
    if (rc != 0)
      throw_errno("posix_spawn_file_actions_adddup2", rc);
  }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class SpawnAttributes {
 public:
  explicit SpawnAttributes(bool own_session) {
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                               (own_session ? POSIX_SPAWN_SETSID : 0));
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

// Reads what is there; false at end of file.
bool drain(int fd, std::string& into, size_t cap, const std::string& program) {
  char buffer[65536];
  const ssize_t n = read(fd, buffer, sizeof buffer);
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return true;
  if (n <= 0)
    return false;
  if (into.size() + static_cast<size_t>(n) > cap)
    throw Error(Errc::Corrupt, cat(program, ": printed more than ", cap, " bytes"));
  into.append(buffer, static_cast<size_t>(n));
  return true;
}

// Feeds some of the text; false when done, or when the child no longer reads.
bool feed(int fd, std::string_view& text) {
  const ssize_t n = write(fd, text.data(), text.size());
  if (n > 0)
    text.remove_prefix(static_cast<size_t>(n));
  if (n < 0 && errno != EINTR && errno != EAGAIN)
    return false;
  return !text.empty();
}

std::string last_line(std::string_view text) {
  text = trim(text);
  const size_t newline = text.rfind('\n');
  return escape(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

}  // namespace

std::string ExitStatus::text() const {
  if (WIFSIGNALED(status))
    return cat("was killed by signal ", WTERMSIG(status), " (", strsignal(WTERMSIG(status)), ")");
  return cat("exited with status ", WEXITSTATUS(status));
}

Child Child::spawn(const SpawnOptions& options) {
  // A wanted number may be in use as another source: move every source out of the way first.
  int above = 3;
  for (const auto& [ours, theirs] : options.descriptors) above = std::max(above, theirs + 1);
  std::vector<UniqueFd> sources;
  FileActions actions;
  for (const auto& [ours, theirs] : options.descriptors) {
    UniqueFd high(fcntl(ours, F_DUPFD_CLOEXEC, above));
    if (!high.valid())  // EINVAL: numbers from `above` on are beyond the limit
      throw_errno(cat("descriptor ", ours), errno == EINVAL ? EMFILE : errno);
    actions.dup2(high.get(), theirs);
    sources.push_back(std::move(high));
  }
  SpawnAttributes attributes(options.own_session);
  const auto environment = environment_with(options.extra_environment);
  pid_t pid = -1;
  const int rc = posix_spawnp(&pid, options.argv.at(0).c_str(), actions.get(), attributes.get(),
                              pointers(options.argv).data(), pointers(environment).data());
  if (rc != 0)
    throw_start_errno(options.argv[0], rc);
  Child child;
  child.pid_ = pid;
  return child;
}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill_and_reap();
    pid_ = std::exchange(other.pid_, -1);
  }
  return *this;
}

std::optional<ExitStatus> Child::wait(const Deadline& deadline) {
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd.valid() && errno != ESRCH)
    throw_errno("pidfd_open");
  if (pidfd.valid() && !wait_for(pidfd.get(), POLLIN, deadline))
    return std::nullopt;
  ExitStatus result;
  while (waitpid(pid_, &result.status, 0) < 0) {
    if (errno == ECHILD)
      break;
    if (errno != EINTR)
      throw_errno("waitpid");
  }
  pid_ = -1;  // it may be another process's by now
  return result;
}

void Child::kill_and_reap() noexcept {
  if (pid_ <= 0)
    return;
  ::kill(pid_, SIGKILL);
  int status;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

RunResult run(const RunOptions& options) {
  const std::string& program = options.argv.at(0);
  const Deadline deadline = Deadline::after(options.timeout);
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  SpawnOptions spawn{
      .argv = options.argv,
      .extra_environment = options.extra_environment,
      .descriptors = {{in.read_end.get(), 0}, {out.write_end.get(), 1}, {err.write_end.get(), 2}}};
  spawn.extra_environment.push_back("LC_ALL=C");
  Child child = Child::spawn(spawn);
  in.read_end.reset();
  out.write_end.reset();
  err.write_end.reset();
  fcntl(in.write_end.get(), F_SETFL, O_NONBLOCK);
  std::string_view to_feed = options.stdin_text;
  if (to_feed.empty())
    in.write_end.reset();

  RunResult result;
  while (out.read_end.valid() || err.read_end.valid()) {
    pollfd fds[3] = {{out.read_end.get(), POLLIN, 0},
                     {err.read_end.get(), POLLIN, 0},
                     {in.write_end.get(), POLLOUT, 0}};
    if (poll_until(fds, deadline) == 0)
      throw Error(Errc::Timeout,
                  cat(program, ": did not end within ", options.timeout.count(), " ms, killed"));
    if (fds[0].revents && !drain(fds[0].fd, result.stdout_text, options.max_output_bytes, program))
      out.read_end.reset();
    if (fds[1].revents && !drain(fds[1].fd, result.stderr_text, options.max_output_bytes, program))
      err.read_end.reset();
    if (fds[2].revents && !feed(fds[2].fd, to_feed))
      in.write_end.reset();
  }
  const auto exit = child.wait(deadline);
  if (!exit)
    throw Error(Errc::Timeout,
                cat(program, ": did not end within ", options.timeout.count(), " ms, killed"));
  result.exit = *exit;
  return result;
}

RunResult run_ok(const RunOptions& options) {
  RunResult result = run(options);
  if (!result.exit.ok()) {
    const std::string said = last_line(result.stderr_text);
    throw Error(Errc::Failed, options.argv[0] + ": " + (said.empty() ? result.exit.text() : said));
  }
  return result;
}

}  // namespace glovebox::base
