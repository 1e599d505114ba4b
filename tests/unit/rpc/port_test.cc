// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two threads look at one port. On a virtio-serial port one of them can sleep on beside data that
// the other saw; here a the other saw; here a descriptor that is exchanged under the sleeping one
// does the same.
#include "daemon/rpc/port.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "daemon/rpc/call_watch.h"

namespace glovebox::guestd {
namespace {

using namespace std::chrono_literals;

// Time for another thread to fall asleep in poll(2).
constexpr auto kAsleep = 200ms;

class SleepingReader : public testing::Test {
 protected:
  SleepingReader() {
    for (const base::SocketPair* pair : {&one_, &other_})
      fcntl(pair->first.get(), F_SETFL, O_NONBLOCK);  // as the port makes its own
  }
  // What the port's descriptor is from now on; whoever sleeps in poll(2) sleeps on what it was.
  void exchange_for(const base::UniqueFd& socket) { ASSERT_GE(dup2(socket.get(), fd_.get()), 0); }

  void start_reader() {
    reader_ = std::async(std::launch::async, [this] { return port_.next_word(); });
    std::this_thread::sleep_for(kAsleep);
  }
  bool reader_has(uint32_t word) {
    const bool ready = reader_.wait_for(10s) == std::future_status::ready;
    if (!ready)
      port_.look_again();  // so that the test ends
    return reader_.get() == word && ready;
  }

  base::SocketPair one_ = base::make_socket_pair();
  base::SocketPair other_ = base::make_socket_pair();
  base::UniqueFd fd_{dup(one_.first.get())};
  Port port_{fd_.get()};
  std::future<std::optional<uint32_t>> reader_;
};

TEST_F(SleepingReader, LooksAgainWhenItIsTold) {
  start_reader();
  exchange_for(other_.first);
  base::write_all(other_.second.get(), "word", "socket");
  EXPECT_EQ(reader_.wait_for(kAsleep), std::future_status::timeout);
  port_.look_again();
  EXPECT_TRUE(reader_has(0x776f7264));
}

TEST_F(SleepingReader, IsReportedByAWatchThatSeesWhatItMayNotRead) {
  CallWatch watch(port_);
  watch.begin(/*procedure=*/1, /*serial=*/1, /*listen=*/true);
  std::this_thread::sleep_for(kAsleep);
  watch.end();  // it still sleeps on one_, for the rest of a second
  exchange_for(other_.first);
  start_reader();
  exchange_for(one_.first);
  base::write_all(one_.second.get(), "word", "socket");
  EXPECT_TRUE(reader_has(0x776f7264));
}

}  // namespace
}  // namespace glovebox::guestd
