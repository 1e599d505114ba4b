// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/connection.h"

#include <cerrno>
#include <utility>

#include "base/error.h"
#include "proto/message.h"
#include "session/conversation.h"

namespace glovebox::session {

Connection::Connection(base::UniqueFd socket, base::Canceller& canceller, const Patience& patience)
    : stream_(std::move(socket)),
      canceller_(canceller),
      patience_(patience),
      next_serial_(proto::kFirstSerial) {}

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
  canceller_.clear();  // one that came when no call ran was meant for nothing
  Conversation conversation(stream_, canceller_.fd(), patience_, call, next_serial_++, observer);
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

}  // namespace glovebox::session
