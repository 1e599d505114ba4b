// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/rpc/progress.h"

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "proto/message.h"

namespace glovebox::guestd {

void Progress::throw_if_cancelled() const {
  if (cancelled())
    throw Error(Errc::Cancelled, "cancelled by the caller", EINTR);
}

void Progress::report(uint64_t position, uint64_t total) {
  throw_if_cancelled();
  if (total == 0 || Clock::now() < next_)
    return;
  send(std::min(position, total), total);
  next_ = Clock::now() + kInterval;
}

void Progress::finish() {
  if (last_total_ != 0 && !complete_)
    send(last_total_, last_total_);
}

void Progress::send(uint64_t position, uint64_t total) {
  port_.write(proto::frame(proto::ProgressMessage{procedure_, serial_, position, total}));
  last_total_ = total;
  complete_ = position == total;
}

}  // namespace glovebox::guestd
