// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/canceller.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"

using namespace glovebox;
using namespace glovebox::base;
using std::chrono::milliseconds;

TEST(Canceller, EndsAWaitFromAnotherThread) {
  Canceller canceller;
  std::thread other([&] { canceller.cancel(); });
  EXPECT_THROW(canceller.sleep(std::chrono::minutes(1)), Error);
  other.join();
  EXPECT_TRUE(canceller.cancelled());
}

TEST(Canceller, ForgetsWhatCameBeforeClear) {
  Canceller canceller;
  canceller.cancel();
  canceller.clear();
  EXPECT_FALSE(canceller.cancelled());
  const Pipe pipe = make_pipe();
  EXPECT_FALSE(canceller.wait_for(pipe.read_end.get(), POLLIN, Deadline::after(milliseconds(10))));
  EXPECT_TRUE(canceller.wait_for(pipe.write_end.get(), POLLOUT, Deadline::after(milliseconds(10))));
}
