// SPDX-License-Identifier: GPL-2.0-or-later
//
// Between the two processes: a 32-bit length and that many bytes of command; back come a status
// word, a length and the output, and the same for the errors. Both ends are ours, but the worker
// has read a guest's metadata: its lengths are bounded here.
#include "daemon/block/lvm_worker.h"

#include <fcntl.h>
#include <lvm2cmd.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
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

constexpr const char* kCacheRemark = "Clear pvid and info for no lvm header";

struct Output {
  std::string printed;
  std::string errors;
};

// liblvm2cmd hands its lines to a plain function, without a context: the one place where a global
// is needed.
Output* current_output = nullptr;

void append_line(std::string& text, const char* line, size_t cap) {
  const size_t length = strlen(line);
  if (text.size() + length + 1 <= cap)
    text.append(line, length).push_back('\n');
}

void log_line(int level, const char*, int, int, const char* message) {
  // Only a process that runs several commands says this, and in the middle of a report.
  if (!current_output || !message || strncmp(message, kCacheRemark, strlen(kCacheRemark)) == 0)
    return;
  if (level == LVM2_LOG_PRINT)
    append_line(current_output->printed, message, kMaxOutputBytes);
  else if (level <= LVM2_LOG_ERROR)
    append_line(current_output->errors, message, kMaxErrorBytes);
}

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

[[noreturn]] void serve(int fd) {
  const base::Deadline never = base::Deadline::after(std::chrono::hours(24 * 365));
  lvm2_log_fn(log_line);
  void* const lvm = lvm2_init();
  if (!lvm)
    _exit(1);
  for (;;) {
    const std::string command = receive_text(fd, kMaxErrorBytes, never);
    Output output;
    current_output = &output;
    const int status = lvm2_run(lvm, command.c_str());
    current_output = nullptr;
    const uint32_t ok = status == LVM2_COMMAND_SUCCEEDED ? 1 : 0;
    base::write_all(fd, as_bytes(ok), "lvm worker");
    send_text(fd, output.printed);
    send_text(fd, output.errors);
  }
}

[[noreturn]] void worker_process(int fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "guestd-lvm");
  try {
    serve(fd);
  } catch (const Error&) {
    _exit(1);  // guestd closed the socket
  }
}

}  // namespace

LvmWorker::LvmWorker() {
  start();
  run(kWarmUp);
}

LvmWorker::~LvmWorker() {
  stop();
}

void LvmWorker::start() {
  base::SocketPair pair = base::make_socket_pair();
  pid_ = fork();
  if (pid_ < 0)
    base::throw_errno("fork of the LVM worker");
  if (pid_ == 0) {
    // Nothing of guestd's may stay open in a process that reads hostile metadata, the channel least
    // of all.
    const int fd = dup2(pair.second.get(), 3);
    const int nothing = open("/dev/null", O_RDONLY);  // the answer to what LVM would ask
    dup2(nothing, 0);
    close_range(4, ~0U, 0);
    worker_process(fd);
  }
  socket_ = std::move(pair.first);
}

void LvmWorker::restart() {
  stop();
  start();
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
    start();
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
  // After a deactivation liblvm2cmd goes on as if hidden volumes were meant in every command, and
  // then refuses to activate them: the next command gets another worker.
  if (command.starts_with("vgchange --activate n"))
    stop();
  if (!ok)
    throw Error(Errc::Failed, errors.empty() ? "LVM failed without a message"
                                             : base::escape_text(base::trim(errors)));
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
