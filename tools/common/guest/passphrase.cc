// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/passphrase.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "tools/common/cli/signals.h"

namespace glovebox::tools {
namespace {

constexpr const char* kTerminal = "/dev/tty";
constexpr size_t kMaxLineBytes = 4096;

// While one lives, Ctrl-Z does not stop this process, and going on after a stop (SIGCONT) is noted:
// the shell would get the terminal as it is here, and give it back as it is there. When it goes,
// the process is stopped as it was to be. Held in this thread; the library's own threads take no
// signals.
class HeldStops {
 public:
  HeldStops() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGTSTP);
    sigaddset(&held, SIGCONT);
    come_ = base::UniqueFd(signalfd(-1, &held, SFD_CLOEXEC));
    if (!come_.valid())
      base::throw_errno("signalfd");
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldStops() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldStops(const HeldStops&) = delete;
  HeldStops& operator=(const HeldStops&) = delete;

  // Waits until there is something to read; true if a held signal came instead.
  bool come_before_input(int fd) const {
    pollfd ready[] = {{.fd = fd, .events = POLLIN, .revents = 0},
                      {.fd = come_.get(), .events = POLLIN, .revents = 0}};
    while (poll(ready, 2, -1) < 0) {
      if (errno != EINTR)
        base::throw_errno(kTerminal);
      throw_if_signalled();
    }
    return ready[1].revents != 0;
  }

 private:
  base::UniqueFd come_;  // can be read while one of them is held
  sigset_t before_{};
};

// Turns a terminal's echo off if that is wanted, and back to what it was. The terminal is set in
// any case: a process in the background is stopped by it (SIGTTOU) until the user brings it to the
// front.
class TerminalEcho {
 public:
  TerminalEcho(int fd, Echo echo) : fd_(fd) {
    if (tcgetattr(fd_, &before_) != 0)
      base::throw_errno(kTerminal);
    termios wanted = before_;
    if (echo == Echo::No)
      wanted.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    while (tcsetattr(fd_, TCSAFLUSH, &wanted) != 0) {
      if (errno != EINTR)
        base::throw_errno(kTerminal);
      throw_if_signalled();
    }
  }
  ~TerminalEcho() { tcsetattr(fd_, TCSAFLUSH, &before_); }
  TerminalEcho(const TerminalEcho&) = delete;
  TerminalEcho& operator=(const TerminalEcho&) = delete;

 private:
  int fd_;
  termios before_{};
};

// A line as its bytes come.
class LineReader {
 public:
  LineReader(int fd, const std::string& what) : fd_(fd), what_(what) {}

  // Waits for a byte and takes it. True if that was the last: the line is there, or the file ended.
  bool take() {
    char c;
    const ssize_t count = ::read(fd_, &c, 1);
    if (count < 0 && errno == EINTR) {
      throw_if_signalled();
      return false;
    }
    if (count < 0)
      base::throw_errno(what_);
    ended_ = count == 0;
    if (ended_ || c == '\n')
      return true;
    if (line_.size() == kMaxLineBytes)
      throw Error(Errc::Usage,
                  base::cat(what_, ": the passphrase has more than ", kMaxLineBytes, " bytes"));
    line_ += c;
    return false;
  }
  std::optional<std::string> line() const {
    return ended_ && line_.empty() ? std::nullopt : std::optional(line_);
  }

 private:
  int fd_;
  const std::string& what_;
  std::string line_;
  bool ended_ = false;
};

struct Asked {
  bool stopped = false;  // and going on: what was typed is lost, and nobody sees the prompt
  std::optional<std::string> line = {};
};

Asked ask_once(int terminal, const std::string& prompt, Echo echo) {
  const HeldStops stops;  // first, so that they come when the terminal is as it was
  const TerminalEcho terminal_echo(terminal, echo);
  base::write_all(terminal, prompt, kTerminal);
  const std::string name = kTerminal;
  LineReader reader(terminal, name);
  do {
    if (stops.come_before_input(terminal))
      return {.stopped = true};
  } while (!reader.take());
  if (echo == Echo::No)
    base::write_all(terminal, "\n", kTerminal);  // the one that was typed did not show
  return {.line = reader.line()};
}

}  // namespace

std::optional<std::string> read_line(int fd, const std::string& what) {
  LineReader reader(fd, what);
  while (!reader.take()) {
  }
  return reader.line();
}

std::optional<std::string> ask_on_terminal(const std::string& prompt, Echo echo) {
  const base::UniqueFd terminal(::open(kTerminal, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.valid())
    return std::nullopt;
  for (;;)
    if (Asked asked = ask_once(terminal.get(), prompt, echo); !asked.stopped)
      return std::move(asked.line);
}

}  // namespace glovebox::tools
