// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/unique_fd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "base/error.h"

namespace glovebox::base {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::reset() {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

void UniqueFd::close() {
  if (::close(std::exchange(fd_, -1)) != 0)
    throw_errno("close");
}

UniqueFd UniqueFd::duplicate() const {
  UniqueFd copy(fcntl(fd_, F_DUPFD_CLOEXEC, 0));
  if (!copy.valid())
    throw_errno("dup");
  return copy;
}

Pipe make_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0)
    throw_errno("pipe");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Pipe make_large_pipe() {
  constexpr int kMib = 1 << 20;
  Pipe pipe = make_pipe();
  fcntl(pipe.write_end.get(), F_SETPIPE_SZ, kMib);  // past the user's limit it stays as it is
  return pipe;
}

SocketPair make_socket_pair() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    throw_errno("socketpair");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

UniqueFd make_memfd(const char* name, unsigned flags) {
  UniqueFd fd(memfd_create(name, MFD_CLOEXEC | flags));
  if (!fd.valid())
    throw_errno("memfd_create");
  return fd;
}

ssize_t send_with_fd(int socket, std::string_view bytes, int fd, int flags) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return sendmsg(socket, &message, flags | MSG_NOSIGNAL);
}

void set_inheritable(int fd, bool inheritable) {
  const int flags = fcntl(fd, F_GETFD);
  if (flags < 0 || fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC) != 0)
    throw_errno("fcntl(F_SETFD)");
}

}  // namespace glovebox::base
