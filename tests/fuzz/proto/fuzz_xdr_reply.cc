// SPDX-License-Identifier: GPL-2.0-or-later
//
// The library's end: the input is all that an appliance sends in answer to one call. Two bytes
// choose the call, by its number or the next one; a third says whether the rest is the body of a
// good reply (then what follows it, chunks, is up to the input, too) or raw.
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/canceller.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "calls/connection.h"
#include "proto/message.h"
#include "tests/unit/rpc/round_trip.h"

namespace {

using namespace glovebox;

struct NoObserver : calls::Observer {
  void progress(const calls::Progress&) override {}
};

class FuzzedCalls : public Calls {
 public:
  explicit FuzzedCalls(base::UniqueFd socket)
      : connection_(
            std::move(socket), canceller_, {.longest_silence = std::chrono::milliseconds(0)}) {}

 protected:
  std::string transact(const CallInfo& call, const Request& request) override {
    NoObserver observer;
    return connection_.call(call, request, observer);
  }

 private:
  base::Canceller canceller_;
  calls::Connection connection_;
};

// Which of daemon_calls(), and of round_trips(), that number is or comes before. By number, so that
// inputs keep their meaning when calls are added.
size_t call_index(uint32_t number) {
  const auto calls = daemon_calls();
  const auto at = std::ranges::lower_bound(calls, number, {}, &CallInfo::number);
  return static_cast<size_t>(at - calls.begin()) % calls.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMaxInput = 16 * 1024;
  if (size < 4 || size > kMaxInput)
    return 0;
  const size_t index = call_index(static_cast<uint32_t>(data[0] << 8 | data[1]));
  const std::string_view rest(reinterpret_cast<const char*>(data) + 4, size - 4);
  std::string answer(rest);
  if (data[2] % 2 == 0) {
    const proto::Header header{
        .procedure = daemon_calls()[index].number,
        .direction = proto::Direction::Reply,
        .serial = proto::kFirstSerial,
        .status = data[2] % 4 == 0 ? proto::Status::Ok : proto::Status::Error};
    const size_t body = daemon_calls()[index].file_out ? 0 : rest.size();
    answer = proto::frame(header, rest.substr(0, body)) + std::string(rest.substr(body));
  }
  base::SocketPair pair = base::make_socket_pair();
  base::write_all(pair.second.get(), answer, "input");
  if (data[3] % 2 == 0)
    shutdown(pair.second.get(), SHUT_WR);
  FuzzedCalls calls(std::move(pair.first));
  Mismatches mismatches;
  try {
    round_trips()[index].run(calls, Sample(data[3]), mismatches);
  } catch (const Error&) {
  }
  return 0;
}
