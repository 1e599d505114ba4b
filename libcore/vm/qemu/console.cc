// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/console.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"

namespace glovebox::vm {
namespace {

constexpr size_t kLastWords = 8;          // lines
constexpr size_t kLongestLastWord = 400;  // bytes of each, in a message
// For a callback; a guest that prints without end loses some.
constexpr size_t kWaitingLines = 10000;
constexpr size_t kWaitingBytes = 4 << 20;
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

bool starts_with_any(std::string_view line, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return line.starts_with(beginning); });
}

// A line without what SeaBIOS printed in it, up to the kernel's first one: that may stand behind
// the dots of the last banner.
std::string_view without_firmware(std::string_view line) {
  constexpr std::string_view kLastBanner = "Booting from ROM";
  if (line.starts_with(kLastBanner)) {
    line.remove_prefix(std::min(line.find_first_not_of('.', kLastBanner.size()), line.size()));
    return line;
  }
  return starts_with_any(line,
                         {"SeaBIOS (version", "Machine UUID", "iPXE (", "Press F12 for boot menu"})
             ? std::string_view()
             : line;
}

// A line of the processor's state as qemu prints it when KVM gives up: "EAX=00000001 EBX=...",
// "ES =0018 00000000", "CR0=80050033", "Code=0f 18", "extra data[0]: 0x...".
bool is_register_dump(std::string_view line) {
  const size_t equals = line.find('=');
  if (line.starts_with("extra data[") || line.starts_with("Code="))
    return true;
  if (equals < 2 || equals > 5 || equals + 1 >= line.size())
    return false;
  const auto names_register = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
  };
  return std::all_of(line.begin(), line.begin() + static_cast<ptrdiff_t>(equals), names_register) &&
         std::isxdigit(static_cast<unsigned char>(line[equals + 1])) != 0;
}

std::string_view without_registers(std::string_view line) {
  return is_register_dump(line) ? std::string_view() : line;
}

}  // namespace

struct Console::Reader {
  // The serial console and qemu's stderr, each with the line that has begun.
  struct Source {
    base::UniqueFd socket;
    std::string_view (*for_messages)(std::string_view line);  // the rest is for verbose users
    std::string partial = {};
  };
  std::array<Source, 2> sources = {Source{{}, without_firmware}, Source{{}, without_registers}};
  std::atomic<uint64_t> bytes = 0;
  bool wanted = false;  // somebody takes waiting lines
  mutable std::mutex mutex;
  mutable std::condition_variable end_came;
  bool at_end = false;
  struct LastWord {
    bool by_qemu = false;
    std::string line;
  };
  std::deque<LastWord> kept;
  std::deque<std::string> waiting;
  size_t waiting_bytes = 0;
  std::thread thread;

  void add(Source& source) {
    const std::string cleaned = without_control_sequences(std::exchange(source.partial, {}));
    const std::string line = base::escape(base::trim(cleaned));
    if (line.empty())
      return;
    const std::lock_guard lock(mutex);
    if (const std::string_view words = source.for_messages(line); !words.empty())
      kept.push_back({&source == &sources[1], std::string(words)});
    if (kept.size() > kLastWords)
      kept.pop_front();
    if (!wanted || waiting.size() >= kWaitingLines || waiting_bytes + line.size() > kWaitingBytes)
      return;
    waiting.push_back(line);
    waiting_bytes += line.size();
  }

  // Takes what has come from one of the two; false at its end.
  bool take(Source& source) {
    char buffer[4096];
    const ssize_t n = read(source.socket.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR)
      return true;
    if (n <= 0)
      return false;
    bytes += static_cast<uint64_t>(n);
    for (const char c : std::string_view(buffer, static_cast<size_t>(n))) {
      if (c != '\n')
        source.partial += c;
      if (c == '\n' || source.partial.size() >= kLongestLine)
        add(source);
    }
    return true;
  }

  void run() {
    pollfd fds[2] = {{sources[0].socket.get(), POLLIN, 0}, {sources[1].socket.get(), POLLIN, 0}};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
      if (poll(fds, 2, -1) < 0 && errno != EINTR)
        break;
      for (size_t i = 0; i < 2; ++i)
        if (fds[i].fd >= 0 && fds[i].revents != 0 && !take(sources[i])) {
          add(sources[i]);
          fds[i].fd = -1;  // poll(2) passes over it
        }
    }
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

Console::Console(base::UniqueFd serial, base::UniqueFd errors, LineCallback on_line)
    : reader_(std::make_unique<Reader>()), on_line_(std::move(on_line)) {
  reader_->sources[0].socket = std::move(serial);
  reader_->sources[1].socket = std::move(errors);
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
  for (const Reader::Source& source : reader_->sources) shutdown(source.socket.get(), SHUT_RDWR);
  reader_->thread.join();
}

void Console::drain() {
  std::deque<std::string> lines;
  {
    const std::lock_guard lock(reader_->mutex);
    lines.swap(reader_->waiting);
    reader_->waiting_bytes = 0;
  }
  for (const std::string& line : lines) on_line_(line);
}

void Console::wait_end(const base::Deadline& deadline) const {
  std::unique_lock lock(reader_->mutex);
  if (reader_->thread.joinable())
    reader_->end_came.wait_for(lock, deadline.left(), [&] { return reader_->at_end; });
}

uint64_t Console::bytes() const {
  return reader_->bytes;
}

std::string Console::last_words() const {
  const std::lock_guard lock(reader_->mutex);
  std::string text;
  std::optional<bool> by_qemu;  // the line before
  for (const Reader::LastWord& word : reader_->kept) {
    const char* const speaker =
        word.by_qemu ? "; qemu's last words: " : "; the appliance's last words: ";
    text += by_qemu == word.by_qemu ? " / " : speaker;
    text += word.line.substr(0, kLongestLastWord);
    by_qemu = word.by_qemu;
  }
  return text;
}

}  // namespace glovebox::vm
