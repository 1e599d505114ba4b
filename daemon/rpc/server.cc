// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/server.h"

#include <string>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "proto/message.h"

namespace glovebox::guestd {
namespace {

proto::Header read_request_header(proto::XdrReader& in) {
  proto::Header header;
  try {
    read(in, header);
  } catch (const Error& e) {
    throw LostSynchronization(e.what());
  }
  if (header.program != proto::kProgram || header.version != proto::kVersion)
    throw LostSynchronization(base::cat("program ", header.program, ", version ", header.version));
  if (header.direction != proto::Direction::Call)
    throw LostSynchronization("a reply where a request should be");
  return header;
}

}  // namespace

Server::Server(int fd, Handler handler, std::unique_ptr<TransferDisk> transfer_disk)
    : handler_(std::move(handler)),
      port_(fd),
      watch_(port_),
      transfer_disk_(std::move(transfer_disk)) {}

void Server::announce() {
  port_.write(proto::frame(proto::kLaunchFlag));
}

void Server::serve() {
  for (;;) {
    try {
      if (!serve_one())
        return;
    } catch (const Disconnected&) {
      // The library is gone; what it wanted no longer matters. The next one starts afresh.
      watch_.end();
    }
  }
}

bool Server::serve_one() {
  const auto length = port_.next_word();
  if (!length)
    return false;
  // Too late: the call that was meant has just ended.
  if (*length == proto::kCancelFlag || *length == proto::kTakenFlag)
    return true;
  if (*length < proto::Header::kSize || *length > proto::kMaxMessage)
    throw LostSynchronization(base::cat("request of ", *length, " bytes"));
  std::string message(*length, '\0');
  port_.read_exactly(message.data(), message.size());
  proto::XdrReader in(message);
  const proto::Header header = read_request_header(in);
  Call call(header, std::string_view(message).substr(proto::Header::kSize), port_, watch_,
            transfer_disk_.get());
  answer(call);
  return true;
}

// The edge where exceptions of guestd's functions become error replies.
void Server::answer(Call& call) {
  proto::ErrorReply error;
  try {
    handler_(call);
    call.succeed();
    return;
  } catch (const LostSynchronization&) {
    throw;
  } catch (const std::exception& e) {
    error = error_reply(e);
  }
  call.fail(error);
}

}  // namespace glovebox::guestd
