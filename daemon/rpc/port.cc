// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/port.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "proto/xdr.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kReadSize = 64 * 1024;

// How long to sleep while no host is connected. A clone's first request is on its way then, so
// begin with little.
constexpr std::chrono::milliseconds kFirstNap{1};
constexpr std::chrono::milliseconds kLongestNap{16};

bool is_character_device(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0)
    base::throw_errno("message port");
  return S_ISCHR(status.st_mode);
}

void make_non_blocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    base::throw_errno("message port");
}

// Looks again after this long while it waits to write.
constexpr int kWritePollMs = 20;

short poll_to_write(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  if (poll(&entry, 1, kWritePollMs) < 0 && errno != EINTR)
    base::throw_errno("message port: poll");
  return entry.revents;
}

bool means_gone(int errnum) {
  return errnum == EPIPE || errnum == ECONNRESET || errnum == ENODEV;
}

}  // namespace

Port::Port(int fd)
    : fd_(fd),
      is_device_(is_character_device(fd)),
      look_again_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      last_write_(Clock::now()) {
  if (!look_again_fd_.valid())
    base::throw_errno("eventfd");
  make_non_blocking(fd);
}

void Port::look_again() {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then the reader is awake.
  [[maybe_unused]] const ssize_t ignored = ::write(look_again_fd_.get(), &one, sizeof one);
}

void Port::wait_readable() {
  pollfd fds[] = {{fd_, POLLIN, 0}, {look_again_fd_.get(), POLLIN, 0}};
  if (poll(fds, 2, -1) < 0 && errno != EINTR)
    base::throw_errno("message port: poll");
  if (fds[1].revents) {
    uint64_t count;
    [[maybe_unused]] const ssize_t ignored = ::read(look_again_fd_.get(), &count, sizeof count);
  }
}

bool Port::fill(Wait wait) {
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t old_size = buffer_.size();
  auto nap = kFirstNap;
  for (;;) {
    buffer_.resize(old_size + kReadSize);
    const ssize_t n = read(fd_, buffer_.data() + old_size, kReadSize);
    const int errnum = errno;
    buffer_.resize(old_size + static_cast<size_t>(std::max<ssize_t>(n, 0)));
    if (n > 0)
      return true;
    if (n == 0 || means_gone(errnum)) {
      if (wait != Wait::Forever)
        throw Disconnected{};
      if (!is_device_)
        return false;
      buffer_.clear();  // half a message of a host that went away
      std::this_thread::sleep_for(nap);
      nap = std::min(nap * 2, kLongestNap);
    } else if (errnum == EAGAIN) {
      if (wait == Wait::Never)
        return false;
      wait_readable();
    } else if (errnum != EINTR) {
      base::throw_errno("message port: read", errnum);
    }
  }
}

std::optional<uint32_t> Port::next_word() {
  while (buffered() < 4)
    if (!fill(Wait::Forever))
      return std::nullopt;
  return read_word();
}

uint32_t Port::read_word() {
  char word[4];
  read_exactly(word, sizeof word);
  return proto::XdrReader({word, sizeof word}).uint32();
}

void Port::read_exactly(char* into, size_t count) {
  while (count > 0) {
    if (buffered() == 0)
      fill(Wait::UntilDisconnected);
    const size_t n = std::min(count, buffered());
    std::memcpy(into, buffer_.data() + at_, n);
    at_ += n;
    into += n;
    count -= n;
  }
}

std::optional<uint32_t> Port::peek_word() {
  while (buffered() < 4)
    if (!fill(Wait::Never))
      return std::nullopt;
  return proto::XdrReader(std::string_view(buffer_).substr(at_, 4)).uint32();
}

void Port::write_locked(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (n < 0 && means_gone(errno)) {
      throw Disconnected{};
    } else if (n == 0 || errno == EAGAIN) {
      const short events = poll_to_write(fd_);
      if ((events & (POLLHUP | POLLERR)) && !(events & POLLOUT))
        throw Disconnected{};
    } else if (errno != EINTR) {
      base::throw_errno("message port: write");
    }
  }
  last_write_ = Clock::now();
}

void Port::write(std::string_view bytes) {
  const std::lock_guard lock(write_mutex_);
  write_locked(bytes);
}

bool Port::try_write(std::string_view bytes, Clock::time_point quiet_since) {
  const std::unique_lock lock(write_mutex_, std::try_to_lock);
  if (!lock.owns_lock() || last_write_ > quiet_since)
    return false;
  write_locked(bytes);
  return true;
}

}  // namespace glovebox::guestd
