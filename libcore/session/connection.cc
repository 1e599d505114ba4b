// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/connection.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.h"
#include "proto/message.h"
#include "session/conversation.h"

namespace glovebox::session {

Connection::Connection(base::UniqueFd socket, const Patience& patience)
    : stream_(std::move(socket)),
      cancel_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      patience_(patience),
      next_serial_(proto::kFirstSerial) {
  if (!cancel_fd_.valid())
    base::throw_errno("eventfd");
}

void Connection::wait_launch(const base::Deadline& deadline) {
  for (;;) {
    if (const auto item = stream_.next()) {
      if (item->kind == Incoming::Kind::Launch)
        return;
      broken_ = true;
      throw Error(Errc::Corrupt, "the appliance sent something else than its launch word");
    }
    if (!base::wait_for(stream_.fd(), POLLIN, deadline)) {
      broken_ = true;
      throw Error(Errc::Timeout, "appliance launch timed out.", ETIMEDOUT);
    }
    stream_.receive();
  }
}

std::string Connection::call(const CallInfo& call, const Request& request, Observer& observer) {
  if (broken_)
    throw Error(Errc::Died,
                std::string(call.name) + ": the connection to the appliance was lost before",
                EPIPE);
  uint64_t count;  // a cancel() that came when no call ran was meant for nothing
  [[maybe_unused]] const ssize_t ignored = read(cancel_fd_.get(), &count, sizeof count);
  Conversation conversation(stream_, cancel_fd_.get(), patience_, call, next_serial_++, observer);
  try {
    return conversation.run(request);
  } catch (Error& e) {
    broken_ = !conversation.in_step();
    e.in(call.name);
    throw;
  } catch (...) {
    broken_ = !conversation.in_step();
    throw;
  }
}

void Connection::cancel() noexcept {
  const int saved_errno = errno;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t ignored = write(cancel_fd_.get(), &one, sizeof one);
  errno = saved_errno;
}

}  // namespace glovebox::session
