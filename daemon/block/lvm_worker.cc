// SPDX-License-Identifier: GPL-2.0-or-later
//
// Between the two processes: a 32-bit length and that many bytes of command; back come a status
// word, a length and the output, and the same for warnings and errors. The worker forks for each
// command. Both ends are ours, but that child has read a guest's metadata: its lengths are bounded
// here.
#include "daemon/block/lvm_worker.h"

#include <fcntl.h>
#include <lvm2cmd.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "base/cat.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxOutputBytes = 16 << 20;
constexpr size_t kMaxErrorBytes = 16 << 10;
constexpr const char* kWarmUp = "lvs";  // loads the configuration and scans /dev, which is empty

std::string_view as_bytes(const uint32_t& word) {
  return {reinterpret_cast<const char*>(&word), sizeof word};
}

void send_text(int fd, std::string_view text) {
  const uint32_t length = static_cast<uint32_t>(text.size());
  base::write_all(fd, as_bytes(length), "lvm worker");
  base::write_all(fd, text, "lvm worker");
}

std::string receive_exactly(int fd, size_t count, const base::Deadline& deadline) {
  std::string bytes(count, '\0');
  for (size_t done = 0; done < count;) {
    if (!base::wait_for(fd, POLLIN, deadline))
      throw Error(Errc::Timeout, "LVM did not answer in time", ETIMEDOUT);
    const ssize_t got = read(fd, bytes.data() + done, count - done);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      throw Error(Errc::Died, "LVM ended unexpectedly", EPIPE);
    done += static_cast<size_t>(got);
  }
  return bytes;
}

uint32_t receive_word(int fd, const base::Deadline& deadline) {
  uint32_t word = 0;
  memcpy(&word, receive_exactly(fd, sizeof word, deadline).data(), sizeof word);
  return word;
}

std::string receive_text(int fd, size_t cap, const base::Deadline& deadline) {
  const uint32_t length = receive_word(fd, deadline);
  if (length > cap)
    throw Error(Errc::Corrupt, "the LVM worker sent too much data", EPROTO);
  return receive_exactly(fd, length, deadline);
}

// What a command printed, or its beginning.
std::string text_of(int memory, size_t cap) {
  struct stat status = {};
  fstat(memory, &status);
  std::string text(std::min(static_cast<size_t>(status.st_size), cap), '\0');
  text.resize(base::pread_some(memory, text.data(), text.size(), 0, "output of LVM"));
  return text;
}

// In a process of its own: what liblvm2cmd learns of devices ends with it. It would go on with a
// device's old size after the disk was partitioned anew, and after a deactivation as if hidden
// volumes were meant.
[[noreturn]] void run_command(void* lvm, int fd, const std::string& command) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const base::UniqueFd printed = base::make_memfd("printed"), errors = base::make_memfd("errors");
  if (dup2(printed.get(), STDOUT_FILENO) < 0 || dup2(errors.get(), STDERR_FILENO) < 0)
    _exit(1);
  const rlimit most = {kMaxOutputBytes, kMaxOutputBytes};
  setrlimit(RLIMIT_FSIZE, &most);
  signal(SIGXFSZ, SIG_IGN);
  const uint32_t ok = lvm2_run(lvm, command.c_str()) == LVM2_COMMAND_SUCCEEDED ? 1 : 0;
  fflush(nullptr);
  base::write_all(fd, as_bytes(ok), "lvm worker");
  send_text(fd, text_of(printed.get(), kMaxOutputBytes));
  send_text(fd, text_of(errors.get(), kMaxErrorBytes));
  _exit(0);
}

// What LVM wrote on stderr, without the two blanks that it puts before each line.
std::string complaint(const std::string& errors) {
  std::string text;
  for (const std::string& line : base::split(errors, '\n'))
    text += base::cat(text.empty() ? "" : "\n", base::trim(line));
  return base::escape_text(base::trim(text));
}

[[noreturn]] void serve(int fd, LvmWorker::Warm warm) {
  const base::Deadline never = base::Deadline::after(std::chrono::hours(24 * 365));
  void* const lvm = lvm2_init();
  if (!lvm)
    _exit(1);
  if (warm == LvmWorker::Warm::Yes)
    lvm2_run(lvm, kWarmUp);
  for (;;) {
    const std::string command = receive_text(fd, kMaxErrorBytes, never);
    const pid_t child = fork();
    if (child == 0)
      run_command(lvm, fd, command);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child < 0 || status != 0)
      _exit(1);  // guestd sees the end of the socket
  }
}

[[noreturn]] void worker_process(int fd, LvmWorker::Warm warm) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "guestd-lvm");
  try {
    serve(fd, warm);
  } catch (const Error&) {
    _exit(1);  // guestd closed the socket
  }
}

}  // namespace

LvmWorker::LvmWorker() {
  start(Warm::Yes);
  run(kWarmUp);  // waits until it is warm
}

LvmWorker::~LvmWorker() {
  stop();
}

void LvmWorker::start(Warm warm) {
  base::SocketPair pair = base::make_socket_pair();
  pid_ = fork();
  if (pid_ < 0)
    base::throw_errno("fork of the LVM worker");
  if (pid_ == 0) {
    // Nothing of guestd's may stay open in a process that reads hostile metadata, the channel least
    // of all.
    const int fd = dup2(pair.second.get(), 3);
    const int nothing = open("/dev/null", O_RDWR);  // also the answer to what LVM would ask
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, standard);
    close_range(4, ~0U, 0);
    worker_process(fd, warm);
  }
  socket_ = std::move(pair.first);
}

void LvmWorker::restart() {
  stop();
  start(Warm::No);
}

void LvmWorker::stop() noexcept {
  socket_.reset();
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_ = -1;
}

std::string LvmWorker::run(std::string_view command, std::chrono::milliseconds timeout) {
  const base::Deadline deadline = base::Deadline::after(timeout);
  if (pid_ < 0)
    start(Warm::No);
  bool ok = false;
  std::string printed, errors;
  try {
    send_text(socket_.get(), command);
    ok = receive_word(socket_.get(), deadline) == 1;
    printed = receive_text(socket_.get(), kMaxOutputBytes, deadline);
    errors = receive_text(socket_.get(), kMaxErrorBytes, deadline);
  } catch (...) {
    stop();
    throw;
  }
  if (!ok)
    throw Error(Errc::Failed, errors.empty() ? "LVM failed without a message" : complaint(errors));
  return printed;
}

const std::string& lvm_word(const std::string& word) {
  const auto allowed = [](unsigned char c) {
    return isalnum(c) || strchr("+_.-/@:%", c) != nullptr;
  };
  if (word.empty() || word.front() == '-' || word.find('\0') != std::string::npos ||
      !std::all_of(word.begin(), word.end(), allowed))
    throw Error(Errc::Failed, base::cat("'", base::escape(word), "' is not a name in LVM"));
  return word;
}

}  // namespace glovebox::guestd
