// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/passphrase.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "tools/common/signals.h"

namespace glovebox::tools {
namespace {

constexpr const char* kTerminal = "/dev/tty";
constexpr size_t kMaxLineBytes = 4096;

// Turns a terminal's echo off, and back to what it was.
class NoEcho {
 public:
  explicit NoEcho(int fd) : fd_(fd) {
    if (tcgetattr(fd_, &before_) != 0)
      base::throw_errno(kTerminal);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (tcsetattr(fd_, TCSAFLUSH, &silent) != 0)
      base::throw_errno(kTerminal);
  }
  ~NoEcho() { tcsetattr(fd_, TCSAFLUSH, &before_); }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  int fd_;
  termios before_{};
};

std::optional<std::string> read_unseen(int terminal) {
  const NoEcho unseen(terminal);
  std::optional<std::string> line = read_line(terminal, kTerminal);
  base::write_all(terminal, "\n", kTerminal);  // the one that was typed did not show
  return line;
}

}  // namespace

std::optional<std::string> read_line(int fd, const std::string& what) {
  std::string line;
  for (;;) {
    char c;
    const ssize_t count = ::read(fd, &c, 1);
    if (count < 0 && errno == EINTR) {
      throw_if_signalled();
      continue;
    }
    if (count < 0)
      base::throw_errno(what);
    if (count == 0)
      return line.empty() ? std::nullopt : std::optional(line);
    if (c == '\n')
      return line;
    if (line.size() == kMaxLineBytes)
      throw Error(Errc::Usage,
                  base::cat(what, ": a passphrase of more than ", kMaxLineBytes, " bytes"));
    line += c;
  }
}

std::optional<std::string> ask_on_terminal(const std::string& prompt, Echo echo) {
  const base::UniqueFd terminal(::open(kTerminal, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.valid())
    return std::nullopt;
  base::write_all(terminal.get(), prompt, kTerminal);
  return echo == Echo::Yes ? read_line(terminal.get(), kTerminal) : read_unseen(terminal.get());
}

}  // namespace glovebox::tools
