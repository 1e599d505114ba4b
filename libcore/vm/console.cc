// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/console.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"

namespace glovebox::vm {
namespace {

constexpr size_t kKeptLines = 200;
constexpr size_t kLastWords = 8;  // lines
constexpr size_t kWaitingLines =
    10000;  // for a callback; a guest that prints without end loses some
constexpr size_t kLongestLine = 4096;

// Terminal control sequences, as firmware sends them to clear the screen, say nothing in a log.
std::string without_control_sequences(std::string_view line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b') {
      out += line[i];
      continue;
    }
    if (i + 1 < line.size() && line[i + 1] == '[')
      for (++i; i + 1 < line.size() && !(line[i + 1] >= '@' && line[i + 1] <= '~');) ++i;
    ++i;
  }
  return out;
}

}  // namespace

struct Console::Reader {
  base::UniqueFd socket;
  bool wanted = false;  // somebody takes waiting lines
  mutable std::mutex mutex;
  mutable std::condition_variable end_came;
  bool at_end = false;
  std::deque<std::string> kept;
  std::deque<std::string> waiting;
  std::thread thread;

  void add(const std::string& raw) {
    const std::string cleaned = without_control_sequences(raw);
    const std::string line = base::escape(base::trim(cleaned));
    if (line.empty())
      return;
    const std::lock_guard lock(mutex);
    kept.push_back(line);
    if (kept.size() > kKeptLines)
      kept.pop_front();
    if (wanted && waiting.size() < kWaitingLines)
      waiting.push_back(line);
  }

  void run() {
    std::string partial;
    char bytes[4096];
    for (;;) {
      const ssize_t n = read(socket.get(), bytes, sizeof bytes);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      for (const char c : std::string_view(bytes, static_cast<size_t>(n))) {
        if (c != '\n')
          partial += c;
        if (c == '\n' || partial.size() >= kLongestLine) {
          add(partial);
          partial.clear();
        }
      }
    }
    add(partial);
    const std::lock_guard lock(mutex);
    at_end = true;
    end_came.notify_all();
  }

  void start() {
    try {
      thread = std::thread([this] { run(); });
    } catch (const std::system_error& e) {
      base::throw_start_errno("a thread for the appliance's console", shortage_behind(e));
    }
  }

  // pthread_create(3) has one error for too many threads and for too little memory for a stack.
  static int shortage_behind(const std::system_error& e) {
    return base::limit_advice(ENOMEM).empty() ? e.code().value() : ENOMEM;
  }
};

Console::Console() : reader_(std::make_unique<Reader>()) {}

Console::Console(base::UniqueFd socket, LineCallback on_line)
    : reader_(std::make_unique<Reader>()), on_line_(std::move(on_line)) {
  reader_->socket = std::move(socket);
  reader_->wanted = on_line_ != nullptr;
  // Signals are for the caller's threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const base::ScopeExit restore([&] { pthread_sigmask(SIG_SETMASK, &before, nullptr); });
  reader_->start();
}

Console::Console(Console&&) noexcept = default;

Console& Console::operator=(Console&& other) noexcept {
  std::swap(reader_, other.reader_);
  std::swap(on_line_, other.on_line_);
  return *this;
}

Console::~Console() {
  if (!reader_ || !reader_->thread.joinable())
    return;
  shutdown(reader_->socket.get(), SHUT_RDWR);
  reader_->thread.join();
}

void Console::drain() {
  std::deque<std::string> lines;
  {
    const std::lock_guard lock(reader_->mutex);
    lines.swap(reader_->waiting);
  }
  for (const std::string& line : lines) on_line_(line);
}

void Console::wait_end(const base::Deadline& deadline) const {
  std::unique_lock lock(reader_->mutex);
  if (reader_->thread.joinable())
    reader_->end_came.wait_for(lock, deadline.left(), [&] { return reader_->at_end; });
}

std::string Console::last_words() const {
  const std::lock_guard lock(reader_->mutex);
  std::string text;
  const size_t first = reader_->kept.size() - std::min(kLastWords, reader_->kept.size());
  for (size_t i = first; i < reader_->kept.size(); ++i)
    text += (text.empty() ? "; the appliance's last words: " : " / ") + reader_->kept[i];
  return text;
}

}  // namespace glovebox::vm
