// SPDX-License-Identifier: GPL-2.0-or-later
#include "libvirt/timed_work.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace glovebox::libvirt {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong = std::chrono::seconds(30);

TEST(InTime, ResultsAndErrorsComeBack) {
  const auto drives = run_with_timeout(kLong, [](TimedWork&) {
    return std::vector<DomainDrive>{{"/a", {}}};
  });
  ASSERT_EQ(drives.size(), 1U);
  EXPECT_EQ(drives[0].path, "/a");
  EXPECT_THROW(
      run_with_timeout(
          kLong, [](TimedWork&) -> std::vector<DomainDrive> { throw Error(Errc::NotFound, "x"); }),
      Error);
}

TEST(InTime, ErrandsRunInTheCallersThread) {
  std::thread::id action;
  bool done = false;
  run_with_timeout(kLong, [&](TimedWork& timed) {
    done = timed.in_caller([&] { action = std::this_thread::get_id(); });
    return std::vector<DomainDrive>{};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(action, std::this_thread::get_id());
}

// The time that an action takes is the user's, not libvirt's.
TEST(InTime, TheClockStandsStillDuringAnErrand) {
  run_with_timeout(milliseconds(200), [](TimedWork& timed) {
    timed.in_caller([] { std::this_thread::sleep_for(milliseconds(600)); });
    return std::vector<DomainDrive>{};
  });
}

TEST(InTime, AnErrandThatThrowsEndsTheCallAndTellsTheWorker) {
  auto reported = std::make_shared<std::promise<bool>>();
  EXPECT_THROW(run_with_timeout(kLong,
                                [reported](TimedWork& timed) {
                                  reported->set_value(
                                      timed.in_caller([] { throw Error(Errc::Cancelled, "no"); }));
                                  return std::vector<DomainDrive>{};
                                }),
               Error);
  EXPECT_FALSE(reported->get_future().get());
}

TEST(InTime, WorkThatHangsIsLeftAlone) {
  auto release = std::make_shared<std::promise<void>>();
  auto reported = std::make_shared<std::promise<bool>>();
  try {
    run_with_timeout(milliseconds(1000), [release, reported](TimedWork& timed) {
      release->get_future().wait();
      reported->set_value(timed.in_caller([] {}));
      return std::vector<DomainDrive>{};
    });
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), Errc::Timeout);
    EXPECT_STREQ(e.what(),
                 "libvirt did not answer within 1 s; check that its daemon and its host are running");
  }
  release->set_value();
  EXPECT_FALSE(reported->get_future().get());
}

}  // namespace
}  // namespace glovebox::libvirt
