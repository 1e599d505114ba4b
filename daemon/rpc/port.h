// SPDX-License-Identifier: GPL-2.0-or-later
//
// Port: guestd's end of the byte stream to the library, a virtio-serial port (in tests, a socket).
// It frames nothing; it reads exact counts and writes whole pieces. The port's quirks live here:
// while no host is connected a virtio-serial port answers every read with end-of-file and poll(2)
// with POLLHUP, at once and for ever, and that state comes and goes (it is how a clone looks before
// its tool connects), so end-of-file on a character device means "wait a little".
//
// And looking is not free of effects: when any thread polls the port, its driver takes what has
// come out of the queue and gives back what was sent, and the interrupt that follows finds nothing
// new and wakes nobody. So of two threads that poll, one can sleep on for ever beside data that
// only the other was told of. Hence look_again(), and hence no wait to write is without an end.
// (Linux 6.1, drivers/char/virtio_console.c: in_intr(), port_fops_poll().)
//
// The descriptor is borrowed and made non-blocking. write() and try_write() may come from any
// thread; reading is for one thread at a time, and CallWatch says which.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "glovebox/error.h"

namespace glovebox::guestd {

// The library went away in the middle of something. Not an Error: there is nobody left to tell.
struct Disconnected {};

// What came is not what the protocol says, so nobody knows where the next message begins. It ends
// serve().
class LostSynchronization : public Error {
 public:
  explicit LostSynchronization(const std::string& why)
      : Error(Errc::Corrupt, "lost protocol synchronization: " + why) {}
};

class Port {
 public:
  explicit Port(int fd);

  // Waits without a limit for the first byte of a word: this is guestd at rest. Absent at the end
  // of a socket.
  std::optional<uint32_t> next_word();

  // Throws Disconnected when the stream ends before.
  uint32_t read_word();
  void read_exactly(char* into, size_t count);

  // A word, if all of it is there without waiting; it stays in the stream until skip_word(). Throws
  // Disconnected.
  std::optional<uint32_t> peek_word();
  void skip_word() { at_ += 4; }

  // Writes everything. Throws Disconnected.
  void write(std::string_view bytes);
  // The same, unless another thread is writing or something was written since `quiet_since`; says
  // whether it wrote.
  using Clock = std::chrono::steady_clock;
  bool try_write(std::string_view bytes, Clock::time_point quiet_since);

  // For a thread that polled the descriptor and found it readable, but leaves the reading to
  // another: that one looks again.
  void look_again();

  int fd() const { return fd_; }

 private:
  enum class Wait { Forever, UntilDisconnected, Never };
  size_t buffered() const { return buffer_.size() - at_; }
  // Reads more into the buffer; false if there is nothing (Never) or no more (end of a socket).
  bool fill(Wait wait);
  void wait_readable();
  void write_locked(std::string_view bytes);

  const int fd_;
  const bool is_device_;
  const base::UniqueFd look_again_fd_;
  std::string buffer_;
  size_t at_ = 0;  // what of the buffer is used up
  std::mutex write_mutex_;
  Clock::time_point last_write_;
};

}  // namespace glovebox::guestd
