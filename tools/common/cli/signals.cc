// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/cli/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <iterator>

#include "base/error.h"

namespace glovebox::tools {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr int kWriteSignals[] = {SIGPIPE, SIGXFSZ};

// The one place with globals: a handler has no argument.
std::atomic<CatchSignals::Action> stop_action{nullptr};
std::atomic<void*> stop_object{nullptr};
std::atomic<int> received{0};

void on_signal(int signal) {
  const int saved_errno = errno;
  received = signal;
  if (const CatchSignals::Action action = stop_action)
    action(stop_object);
  errno = saved_errno;
}

}  // namespace

CatchSignals::CatchSignals(Action action, void* object) {
  stop_object = object;
  stop_action = action;
  for (const int signal : kSignals) {
    struct sigaction old {};
    // nohup and background shells set "ignore", which has to stay.
    if (sigaction(signal, nullptr, &old) != 0 || old.sa_handler == SIG_IGN)
      continue;
    struct sigaction handler {};
    handler.sa_handler = on_signal;
    // No SA_RESTART: a blocking read must return for the cancelled call to be noticed.
    handler.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &handler, nullptr);
  }
}

CatchSignals::~CatchSignals() {
  stop_action = nullptr;
}

int signal_received() {
  return received;
}

void throw_if_signalled() {
  if (received != 0)
    throw Error(Errc::Cancelled, "stopped by a signal");
}

void die_of(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  raise(signal);
  _exit(128 + signal);
}

WriteSignals::WriteSignals() {
  for (size_t i = 0; i < std::size(kWriteSignals); ++i)
    sigaction(kWriteSignals[i], nullptr, &actions_[i]);
}

void WriteSignals::restore() const {
  for (size_t i = 0; i < std::size(kWriteSignals); ++i)
    sigaction(kWriteSignals[i], &actions_[i], nullptr);
}

void prepare_process() {
  for (int fd = 0; fd <= 2; ++fd)
    // Opened the wrong way round, so that using it fails as it would if it were closed.
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
      if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
        std::abort();
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  for (const int signal : kWriteSignals) sigaction(signal, &action, nullptr);
}

}  // namespace glovebox::tools
