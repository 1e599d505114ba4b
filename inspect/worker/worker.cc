// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/worker.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"
#include "inspect/worker/worker_process.h"
#include "inspect/worker/worker_wire.h"

namespace glovebox::inspect {
namespace {

// A process that closed its socket is about to end by itself; this long, to learn how.
constexpr auto kTimeToDie = std::chrono::milliseconds(500);

bool ends_within(pid_t pid, std::chrono::milliseconds time) {
  const base::UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  return pidfd.valid() && base::wait_for(pidfd.get(), POLLIN, base::Deadline::after(time));
}

int reap(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Hello parse_hello(const std::string& bytes) {
  const auto words = unpack(bytes);
  if (words.empty())
    throw Error(Errc::Corrupt, "it returned nothing");
  if (!words[0].empty())
    throw Error(Errc::Unsupported, clean(words[0]));
  if (words.size() < 5)
    throw Error(Errc::Corrupt, "its reply is truncated");
  Hello hello{.name = clean(words[1]),
              .description = clean(words[2]),
              .has_describe = !words[3].empty(),
              .reads_everything = !words[4].empty()};
  hello.describe_paths.assign(words.begin() + 5, words.end());
  return hello;
}

}  // namespace

Worker::Worker(Worker&& other) noexcept
    : path_(std::move(other.path_)),
      limits_(other.limits_),
      pid_(std::exchange(other.pid_, -1)),
      socket_(std::move(other.socket_)),
      hello_(std::move(other.hello_)) {}

const Hello& Worker::start() {
  if (running())
    return *hello_;
  base::SocketPair sockets = base::make_socket_pair();
  const pid_t pid = fork();
  if (pid < 0)
    base::throw_errno("fork");
  if (pid == 0)
    run_worker_process(path_, limits_, sockets.second.get());
  pid_ = pid;
  socket_ = std::move(sockets.first);
  sockets.second.reset();
  try {
    hello_ = parse_hello(receive_message(base::Deadline::after(limits_.start), kMaxHelloBytes));
  } catch (const Error&) {
    kill_and_reap();
    throw;
  }
  return *hello_;
}

void Worker::send(const WorkerRequest& request) {
  std::vector<std::string> words{
      request.call == WorkerRequest::Call::Detect ? "detect" : "describe",
      std::to_string(request.wants)};
  for (const auto& [key, value] : request.known) {
    words.push_back(key);
    words.push_back(value);
  }
  try {
    send_message(socket_.get(), pack(words), request.root_fd, base::Deadline::after(limits_.start));
  } catch (const Error& e) {
    if (e.code() == Errc::Died)
      died();
    kill_and_reap();
    throw;
  }
}

Findings Worker::receive(const base::Deadline& deadline) {
  const std::string bytes = receive_message(deadline, kMaxFindingsBytes);
  try {
    return decode_findings(bytes);
  } catch (Error& e) {
    kill_and_reap();
    throw e.in("its reply is invalid");
  }
}

std::string Worker::receive_message(const base::Deadline& deadline, size_t cap) {
  try {
    return inspect::receive_message(socket_.get(), cap, deadline).bytes;
  } catch (const Error& e) {
    if (e.code() == Errc::Died)
      died();
    kill_and_reap();
    if (e.code() == Errc::Timeout)
      throw Error(Errc::Timeout, "it did not reply in time and was stopped");
    throw;
  }
}

void Worker::died() {
  if (!ends_within(pid_, kTimeToDie))
    ::kill(pid_, SIGKILL);
  const base::ExitStatus exit{reap(pid_)};
  pid_ = -1;
  socket_.reset();
  throw Error(Errc::Died, base::cat("its process ", exit.text()));
}

void Worker::kill_and_reap() noexcept {
  socket_.reset();
  if (pid_ <= 0)
    return;
  ::kill(pid_, SIGKILL);
  reap(pid_);
  pid_ = -1;
}

}  // namespace glovebox::inspect
