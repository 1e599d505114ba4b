// SPDX-License-Identifier: LGPL-2.1-or-later
//
// UniqueFd owns one file descriptor: move-only, closed by the destructor (a failing close is
// ignored there; call close() where it matters). It has no operator bool: 0 is a descriptor; ask
// valid().
#pragma once

#include <sys/types.h>

#include <string_view>
#include <utility>

namespace glovebox::base {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();
  // Closes and throws System if the kernel reports an error (a delayed write failure).
  void close();
  // A second descriptor of the same open file, with O_CLOEXEC.
  UniqueFd duplicate() const;

 private:
  int fd_ = -1;
};

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};
Pipe make_pipe();  // O_CLOEXEC on both
// The same with room for a MiB, where the system allows it: whole files go in fewer, larger pieces.
Pipe make_large_pipe();

struct SocketPair {
  UniqueFd first;
  UniqueFd second;
};
SocketPair make_socket_pair();  // AF_UNIX stream, O_CLOEXEC on both

// memfd_create(2) with MFD_CLOEXEC and more flags.
UniqueFd make_memfd(const char* name, unsigned flags = 0);

// One sendmsg(2) on a stream of AF_UNIX, with these flags and MSG_NOSIGNAL: what it returned. `fd`,
// unless it is -1, goes along with the first byte (SCM_RIGHTS).
ssize_t send_with_fd(int socket, std::string_view bytes, int fd, int flags = 0);

// Keeps the descriptor open across exec (for handing it to a child), or not.
void set_inheritable(int fd, bool inheritable);

}  // namespace glovebox::base
