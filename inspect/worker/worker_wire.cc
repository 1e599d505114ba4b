// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/worker_wire.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/byte_reader.h"
#include "base/cat.h"
#include "base/error.h"

namespace glovebox::inspect {
namespace {

void put_word(std::string& out, size_t value) {
  out += {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

void wait_or_time_out(int socket, short events, const base::Deadline& deadline) {
  if (!base::wait_for(socket, events, deadline))
    throw Error(Errc::Timeout, "no reply in time");
}

// One sendmsg(2) that does not block; the bytes that went.
size_t send_some(int socket, std::string_view bytes, int fd) {
  const ssize_t n = base::send_with_fd(socket, bytes, fd, MSG_DONTWAIT);
  if (n < 0 && errno != EAGAIN && errno != EINTR)
    throw Error(Errc::Died, base::errno_text(errno));
  return n < 0 ? 0 : static_cast<size_t>(n);
}

// One recvmsg(2) that does not block; takes over a descriptor that comes along, and closes any
// further ones.
size_t receive_some(int socket, char* into, size_t count, base::UniqueFd& fd) {
  iovec part{into, count};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t n = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n == 0 || (n < 0 && errno == ECONNRESET))
    throw Error(Errc::Died, "end of file");
  if (n < 0 && errno != EAGAIN && errno != EINTR)
    throw Error(Errc::Died, base::errno_text(errno));
  cmsghdr* const header = n > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int received;
    std::memcpy(&received, CMSG_DATA(header), sizeof received);
    fd = base::UniqueFd(received);
  }
  return n < 0 ? 0 : static_cast<size_t>(n);
}

void receive_exactly(
    int socket, char* into, size_t count, base::UniqueFd& fd, const base::Deadline& deadline) {
  while (count > 0) {
    wait_or_time_out(socket, POLLIN, deadline);
    const size_t n = receive_some(socket, into, count, fd);
    into += n;
    count -= n;
  }
}

}  // namespace

std::string pack(const std::vector<std::string>& strings) {
  std::string out;
  for (const std::string& text : strings) {
    put_word(out, text.size());
    out += text;
  }
  return out;
}

std::vector<std::string> unpack(std::string_view bytes) {
  std::vector<std::string> strings;
  base::ByteReader reader(bytes);
  while (!reader.at_end()) {
    const uint32_t size = reader.read<base::be32>();
    strings.emplace_back(reader.take_text(size));
  }
  return strings;
}

void send_message(int socket, std::string_view bytes, int fd, const base::Deadline& deadline) {
  std::string framed;
  framed.reserve(bytes.size() + 4);
  put_word(framed, bytes.size());
  framed += bytes;
  std::string_view left = framed;
  while (!left.empty()) {
    wait_or_time_out(socket, POLLOUT, deadline);
    const size_t n = send_some(socket, left, fd);
    left.remove_prefix(n);
    if (n > 0)
      fd = -1;  // it went with the first byte
  }
}

Message receive_message(int socket, size_t cap, const base::Deadline& deadline) {
  constexpr size_t kStep = 1 << 20;  // memory follows what arrives, not what was announced
  Message message;
  base::be32 size_field;
  receive_exactly(socket, reinterpret_cast<char*>(&size_field), sizeof size_field, message.fd,
                  deadline);
  const size_t size = size_field;
  if (size > cap)
    throw Error(Errc::Corrupt, base::cat("a reply of ", size, " bytes, more than ", cap));
  while (message.bytes.size() < size) {
    const size_t at = message.bytes.size();
    message.bytes.resize(std::min(size, at + kStep));
    receive_exactly(socket, message.bytes.data() + at, message.bytes.size() - at, message.fd,
                    deadline);
  }
  return message;
}

}  // namespace glovebox::inspect
