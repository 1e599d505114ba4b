// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "base/scope_exit.h"
#include "calls/conversation.h"
#include "proto/message.h"

namespace glovebox::calls {

namespace {

// The calls that our own programs are made of are "internal_..."; a user knows nothing of that.
std::string shown_name(const CallInfo& call) {
  constexpr std::string_view kInternal = "internal_";
  std::string_view name = call.name;
  if (name.starts_with(kInternal))
    name.remove_prefix(kInternal.size());
  return std::string(name);
}

}  // namespace

Connection::Connection(base::UniqueFd socket,
                       base::Canceller& canceller,
                       const Patience& patience,
                       std::unique_ptr<TransferDisk> transfer_disk,
                       MachineWatch* machine)
    : stream_(std::move(socket)),
      transfer_disk_(std::move(transfer_disk)),
      canceller_(canceller),
      patience_(patience),
      machine_(machine),
      next_serial_(proto::kFirstSerial) {}

void Connection::set_time_left(std::chrono::milliseconds time, const std::string& message) {
  time_left_ = time;
  time_is_up_ = message;
}

void Connection::wait_launch(const base::Deadline& deadline) {
  for (;;) {
    if (const auto item = stream_.next()) {
      if (item->kind == Incoming::Kind::Launch)
        return;
      broken_ = true;
      throw Error(Errc::Corrupt, "the appliance sent something other than its launch word");
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
  if (time_left_ == std::chrono::milliseconds(0)) {
    broken_ = true;
    throw Error(Errc::Timeout, base::cat(shown_name(call), ": ", time_is_up_), ETIMEDOUT);
  }
  canceller_.clear();  // one that came when no call ran was meant for nothing
  Conversation conversation({.stream = stream_,
                             .disk = transfer_disk_.get(),
                             .cancel_fd = canceller_.fd(),
                             .patience = patience_,
                             .machine = machine_,
                             .time_left = time_left_,
                             .time_is_up = time_is_up_},
                            call, next_serial_++, observer);
  const base::ScopeExit count([&] {
    if (time_left_)
      time_left_ = std::max(*time_left_ - conversation.spent(), std::chrono::milliseconds(0));
  });
  try {
    return conversation.run(request);
  } catch (Error& e) {
    broken_ = !conversation.in_step();
    e.in(shown_name(call));
    throw;
  } catch (...) {
    broken_ = !conversation.in_step();
    throw;
  }
}

}  // namespace glovebox::calls
